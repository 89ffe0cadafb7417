using System.Globalization;

namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>The named sets of code points that patterns and pre-tokenizers use. Made once a process, from the category of each code point.</summary>
internal static class UnicodeSets
{
    /// <summary>In the order of <see cref="UnicodeCategory"/>.</summary>
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private static readonly Lazy<CodePointSet[]> ByCategory = new(MakeByCategory);

    /// <summary>Circled and squared letters: Alphabetic though their category is So (PropList, Other_Alphabetic).</summary>
    private static readonly CodePointSet SymbolLetters = new CodePointSetBuilder()
        .Add(0x24B6, 0x24E9).Add(0x1F130, 0x1F149).Add(0x1F150, 0x1F169).Add(0x1F170, 0x1F189).Build();

    /// <summary>White_Space of the Unicode character database.</summary>
    public static CodePointSet Space { get; } = new CodePointSetBuilder()
        .Add(0x09, 0x0D).Add(0x20, 0x20).Add(0x85, 0x85).Add(0xA0, 0xA0).Add(0x1680, 0x1680).Add(0x2000, 0x200A)
        .Add(0x2028, 0x2029).Add(0x202F, 0x202F).Add(0x205F, 0x205F).Add(0x3000, 0x3000).Build();

    public static CodePointSet Letter { get; } = Categories("Lu Ll Lt Lm Lo");

    public static CodePointSet Mark { get; } = Categories("Mn Mc Me");

    public static CodePointSet Number { get; } = Categories("Nd Nl No");

    public static CodePointSet Digit { get; } = Categories("Nd");

    public static CodePointSet Punctuation { get; } = Categories("Pc Pd Ps Pe Pi Pf Po");

    public static CodePointSet Symbol { get; } = Categories("Sm Sc Sk So");

    /// <summary>What \w means to Rust's regex: Alphabetic, marks, decimal digits, connector punctuation, the two joiners.</summary>
    public static CodePointSet WordOrJoiner { get; } =
        Categories("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl Pc").Union(SymbolLetters).Union(CodePointSet.Range(0x200C, 0x200D));

    /// <summary>What \w means to Oniguruma: the same without the joiners, and ² ³ ¹ ¼ ½ ¾ from its table for Latin-1.</summary>
    public static CodePointSet Word { get; } =
        WordOrJoiner.Except(CodePointSet.Range(0x200C, 0x200D)).Union(CodePointSet.Of('²', '³', '¹', '¼', '½', '¾'));

    /// <summary>The union of general categories named by their two letters, separated by spaces.</summary>
    public static CodePointSet Categories(string names)
    {
        var builder = new CodePointSetBuilder();
        foreach (string name in names.Split(' '))
        {
            builder.Add(ByCategory.Value[Array.IndexOf(CategoryNames, name)]);
        }

        return builder.Build();
    }

    private static CodePointSet[] MakeByCategory()
    {
        var builders = new CodePointSetBuilder[30];
        for (int i = 0; i < builders.Length; i++)
        {
            builders[i] = new CodePointSetBuilder();
        }

        UnicodeCategory current = CharUnicodeInfo.GetUnicodeCategory(0);
        int start = 0;
        for (int codePoint = 1; codePoint < CodePointSet.Limit; codePoint++)
        {
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(codePoint);
            if (category != current)
            {
                builders[(int)current].Add(start, codePoint - 1);
                current = category;
                start = codePoint;
            }
        }

        builders[(int)current].Add(start, CodePointSet.Limit - 1);
        return Array.ConvertAll(builders, static b => b.Build());
    }
}
