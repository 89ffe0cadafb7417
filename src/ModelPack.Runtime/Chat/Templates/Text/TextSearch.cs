namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>
/// Finds one text in another. Long texts are searched for by Knuth, Morris and Pratt's method, whose time is bounded by the
/// sum of both lengths; the library's search, faster on short ones, can take their product.
/// </summary>
internal static class TextSearch
{
    private const int LongPattern = 64;
    private const int CharactersPerStep = 8;

    /// <summary>The first occurrence at or after <paramref name="start"/>, or -1.</summary>
    public static int IndexOf(Meter meter, string text, string pattern, int start)
    {
        if (pattern.Length <= LongPattern)
        {
            meter.Scan(text.Length - start);
            return text.IndexOf(pattern, start, StringComparison.Ordinal);
        }

        int found = Find(meter, text.AsSpan(start), pattern, fromEnd: false);
        return found < 0 ? -1 : found + start;
    }

    /// <summary>The last occurrence that lies before <paramref name="end"/> as a whole.</summary>
    public static int LastIndexOf(Meter meter, string text, string pattern, int end)
    {
        if (pattern.Length <= LongPattern)
        {
            meter.Scan(end);
            return text.AsSpan(0, end).LastIndexOf(pattern, StringComparison.Ordinal);
        }

        return Find(meter, text.AsSpan(0, end), pattern, fromEnd: true);
    }

    /// <summary>How often a text occurs without overlapping itself; an empty one before every code point and at the end.</summary>
    public static long Count(Meter meter, string text, string pattern)
    {
        meter.Scan(text.Length);
        if (pattern.Length == 0)
        {
            return CodePoints.Count(text) + 1;
        }

        if (pattern.Length <= LongPattern)
        {
            return text.AsSpan().Count(pattern);
        }

        long count = 0;
        for (int at = IndexOf(meter, text, pattern, 0); at >= 0; at = IndexOf(meter, text, pattern, at + pattern.Length))
        {
            count++;
        }

        return count;
    }

    private static int Find(Meter meter, ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, bool fromEnd)
    {
        if (pattern.Length > text.Length)
        {
            return -1;
        }

        meter.Text(pattern.Length * 2L);
        meter.Work((text.Length + pattern.Length) / CharactersPerStep);
        int[] borders = Borders(pattern, fromEnd);
        int matched = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = At(text, i, fromEnd);
            while (matched > 0 && At(pattern, matched, fromEnd) != c)
            {
                matched = borders[matched - 1];
            }

            matched += At(pattern, matched, fromEnd) == c ? 1 : 0;
            if (matched == pattern.Length)
            {
                return fromEnd ? text.Length - 1 - i : i - matched + 1;
            }
        }

        return -1;
    }

    /// <summary>For each beginning of the pattern, the length of its longest part that is both its beginning and its end.</summary>
    private static int[] Borders(ReadOnlySpan<char> pattern, bool fromEnd)
    {
        var borders = new int[pattern.Length];
        int length = 0;
        for (int i = 1; i < pattern.Length; i++)
        {
            char c = At(pattern, i, fromEnd);
            while (length > 0 && At(pattern, length, fromEnd) != c)
            {
                length = borders[length - 1];
            }

            length += At(pattern, length, fromEnd) == c ? 1 : 0;
            borders[i] = length;
        }

        return borders;
    }

    private static char At(ReadOnlySpan<char> text, int index, bool fromEnd) => fromEnd ? text[text.Length - 1 - index] : text[index];
}
