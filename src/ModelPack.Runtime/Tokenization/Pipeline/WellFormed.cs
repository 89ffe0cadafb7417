using System.Text;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>Makes text well-formed UTF-16.</summary>
internal static class WellFormed
{
    /// <summary>The text itself, or a copy with U+FFFD for each half of a surrogate pair that stands alone.</summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> text)
    {
        int at = FirstLoneSurrogate(text, 0);
        if (at < 0)
        {
            return text;
        }

        char[] copy = text.ToArray();
        for (; at >= 0; at = FirstLoneSurrogate(copy, at + 1))
        {
            copy[at] = (char)Rune.ReplacementChar.Value;
        }

        return copy;
    }

    private static int FirstLoneSurrogate(ReadOnlySpan<char> text, int from)
    {
        for (int at = from; at < text.Length; at++)
        {
            int surrogate = text[at..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (surrogate < 0)
            {
                return -1;
            }

            at += surrogate;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return at;
            }

            at++;
        }

        return -1;
    }
}
