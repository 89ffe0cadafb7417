namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Python's <c>split</c>, <c>rsplit</c>, <c>splitlines</c> and <c>replace</c>.</summary>
internal static class TextSplitting
{
    public static List<string> Split(Meter meter, string text, string? separator, long most)
    {
        var parts = new List<string>();
        int start = 0;
        if (separator is null)
        {
            start = SkipSpace(text, 0);
            while (start < text.Length && (most < 0 || parts.Count < most))
            {
                int end = start;
                while (end < text.Length && !PythonSpace.Is(text[end]))
                {
                    end++;
                }

                Add(meter, parts, text[start..end]);
                start = SkipSpace(text, end);
            }

            if (start < text.Length)
            {
                Add(meter, parts, text[start..]);
            }

            return parts;
        }

        RequireSeparator(separator);
        while ((most < 0 || parts.Count < most) && TextSearch.IndexOf(meter, text, separator, start) is var at and >= 0)
        {
            Add(meter, parts, text[start..at]);
            start = at + separator.Length;
        }

        Add(meter, parts, text[start..]);
        return parts;
    }

    public static List<string> SplitFromEnd(Meter meter, string text, string? separator, long most)
    {
        if (most < 0)
        {
            return Split(meter, text, separator, most);
        }

        var parts = new List<string>();
        int end = text.Length;
        if (separator is null)
        {
            end = PythonSpace.TrimEnd(text).Length;
            while (end > 0 && parts.Count < most)
            {
                int start = end;
                while (start > 0 && !PythonSpace.Is(text[start - 1]))
                {
                    start--;
                }

                Add(meter, parts, text[start..end]);
                end = PythonSpace.TrimEnd(text[..start]).Length;
            }

            if (end > 0)
            {
                Add(meter, parts, text[..end]);
            }
        }
        else
        {
            RequireSeparator(separator);
            while (parts.Count < most && TextSearch.LastIndexOf(meter, text, separator, end) is var at and >= 0)
            {
                Add(meter, parts, text[(at + separator.Length)..end]);
                end = at;
            }

            Add(meter, parts, text[..end]);
        }

        parts.Reverse();
        return parts;
    }

    public static List<string> Lines(Meter meter, string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && text[end] is not ((>= '\n' and <= '\r') or (>= '\u001C' and <= '\u001E') or '\u0085' or '\u2028' or '\u2029'))
            {
                end++;
            }

            int next = end == text.Length ? end : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            Add(meter, lines, text[start..(keepEnds ? next : end)]);
            start = next;
        }

        return lines;
    }

    /// <summary>Replaces the first <paramref name="most"/> occurrences, or all where it is negative; an empty text is found before every character and at the end.</summary>
    public static string Replace(Meter meter, string text, string old, string replacement, long most)
    {
        meter.Scan(text.Length);
        long count = Math.Min(TextSearch.Count(meter, text, old), most < 0 ? long.MaxValue : most);
        if (count == 0)
        {
            return text;
        }

        meter.Text(text.Length + count * ((long)replacement.Length - old.Length));
        var parts = new List<string>();
        int start = 0;
        if (old.Length > 0)
        {
            for (long i = 0; i < count; i++)
            {
                int at = TextSearch.IndexOf(meter, text, old, start);
                parts.Add(text[start..at]);
                start = at + old.Length;
            }

            return string.Join(replacement, parts) + replacement + text[start..];
        }

        for (long i = 0; i < count; i++)
        {
            int size = start < text.Length ? CodePoints.SizeAt(text, start) : 0;
            parts.Add(replacement);
            parts.Add(text.Substring(start, size));
            start += size;
        }

        return string.Concat(parts) + text[start..];
    }

    private static void Add(Meter meter, List<string> parts, string part)
    {
        meter.Items(1);
        meter.Text(part.Length);
        parts.Add(part);
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && PythonSpace.Is(text[at]))
        {
            at++;
        }

        return at;
    }

    private static void RequireSeparator(string separator)
    {
        if (separator.Length == 0)
        {
            throw TemplateFault.Evaluation("empty separator");
        }
    }
}
