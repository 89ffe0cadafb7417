using System.Text;

namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>What (?i) adds to a pattern: the code points that fold together (CaseFolding.txt), one to one and one to two.</summary>
internal static class CaseFolding
{
    /// <summary>Letters that fold together though neither is the other's plain upper or lower case.</summary>
    private static readonly string[] Groups =
    [
        "sSſ", "kK\u212A", "å\u00C5\u212B", "ωΩ\u2126", "\u00B5\u03BCΜ", "ςσΣ", "ϐβΒ", "ϑθΘϴ", "ϕφΦ", "ϖπΠ", "ϰκΚ", "ϱρΡ", "ϵεΕ", "ẛṡṠ", "ßẞ",
        "\u0345ιΙ\u1FBE", "Ǆǅǆ", "Ǉǈǉ", "Ǌǋǌ", "Ǳǲǳ", "вВᲀ", "дДᲁ", "оОᲂ", "сСᲃ", "тТᲄᲅ", "ъЪᲆ", "ѣѢᲇ", "ꙋꙊᲈ",
    ];

    /// <summary>A letter and the two that it folds to.</summary>
    private static readonly (int Letter, string Folded)[] Expansions =
    [
        ('ß', "ss"), ('ẞ', "ss"), ('İ', "i\u0307"), ('ŉ', "ʼn"), ('ǰ', "j\u030C"), ('և', "եւ"), ('ẖ', "h\u0331"), ('ẗ', "t\u0308"),
        ('ẘ', "w\u030A"), ('ẙ', "y\u030A"), ('ẚ', "aʾ"), ('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬅ', "st"), ('ﬆ', "st"),
        ('ﬓ', "մն"), ('ﬔ', "մե"), ('ﬕ', "մի"), ('ﬖ', "վն"), ('ﬗ', "մխ"),
    ];

    private static readonly Dictionary<int, int[]> GroupOf = MakeGroups();

    private static readonly Lazy<CodePointSet> Cased = new(() => UnicodeSets.Categories("Lu Ll Lt Nl So Mn"));

    /// <summary>The set and everything that folds like a member of it.</summary>
    public static CodePointSet Close(CodePointSet set)
    {
        var builder = new CodePointSetBuilder().Add(set);
        CodePointSet cased = set.Intersect(Cased.Value);
        for (int i = 0; i < cased.Bounds.Length; i += 2)
        {
            for (int codePoint = cased.Bounds[i]; codePoint < cased.Bounds[i + 1]; codePoint++)
            {
                AddGroup(builder, codePoint);
            }
        }

        return builder.Build();
    }

    /// <summary>One code point of a pattern under (?i).</summary>
    public static PatternNode Literal(int codePoint)
    {
        var single = new FoldedNode(Close(CodePointSet.Of(codePoint)), Rune.ToLowerInvariant(new Rune(codePoint)).Value);
        string? folded = Expansions.FirstOrDefault(e => e.Letter == codePoint).Folded;
        return folded is null ? single : new ChoiceNode([single, new SequenceNode([.. folded.Select(c => new SetNode(Close(CodePointSet.Of(c))))])]);
    }

    /// <summary>Two letters in a row that some one letter folds to (ss and ß) become a choice between the two forms.</summary>
    public static void JoinExpansions(List<PatternNode> parts)
    {
        for (int i = 0; i + 1 < parts.Count; i++)
        {
            if (parts[i] is FoldedNode first && parts[i + 1] is FoldedNode second)
            {
                int[] letters = [.. Expansions.Where(e => e.Folded[0] == first.Letter && e.Folded[1] == second.Letter).Select(e => e.Letter)];
                if (letters.Length > 0)
                {
                    parts[i] = new ChoiceNode([new SequenceNode([first, second]), new SetNode(CodePointSet.Of(letters))]);
                    parts.RemoveAt(i + 1);
                }
            }
        }
    }

    private static void AddGroup(CodePointSetBuilder builder, int codePoint)
    {
        builder.Add(codePoint, codePoint);
        if (GroupOf.TryGetValue(codePoint, out int[]? group))
        {
            foreach (int member in group)
            {
                builder.Add(member, member);
            }
        }

        var rune = new Rune(codePoint);
        int lower = Rune.ToLowerInvariant(rune).Value;
        int upper = Rune.ToUpperInvariant(rune).Value;
        builder.Add(lower, lower).Add(upper, upper);
    }

    private static Dictionary<int, int[]> MakeGroups()
    {
        var result = new Dictionary<int, int[]>();
        foreach (string group in Groups)
        {
            int[] members = [.. group.EnumerateRunes().Select(r => r.Value)];
            foreach (int member in members)
            {
                result[member] = members;
            }
        }

        return result;
    }
}
