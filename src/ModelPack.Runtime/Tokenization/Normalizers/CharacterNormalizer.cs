using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Looks at one code point at a time: drops it, keeps it, or writes something else for it.</summary>
/// <param name="touched">The code points that do not stay as they are.</param>
/// <param name="replacement">What stands for such a code point; empty drops it.</param>
internal sealed class CharacterNormalizer(CodePointSet touched, Func<int, string> replacement) : Normalizer
{
    /// <summary>Drops some code points, and writes spaces for others.</summary>
    public static CharacterNormalizer DropAndSpace(CodePointSet dropped, CodePointSet spaced) =>
        new(dropped.Union(spaced), codePoint => dropped.Contains(codePoint) ? "" : " ");

    public override bool Changes(ReadOnlySpan<char> text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (touched.Contains(rune.Value))
            {
                return true;
            }
        }

        return false;
    }

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        int at = 0;
        int done = 0;
        foreach (Rune rune in source.Units.EnumerateRunes())
        {
            int end = at + rune.Utf16SequenceLength;
            if (touched.Contains(rune.Value))
            {
                target.AppendFrom(source, done, at - done);
                target.AppendAs(replacement(rune.Value), source, at, end);
                done = end;
            }

            at = end;
        }

        target.AppendFrom(source, done, source.Length - done);
    }
}
