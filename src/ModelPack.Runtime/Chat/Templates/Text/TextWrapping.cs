namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Breaks one line into lines of a width, between words and after hyphens, as Python's <c>textwrap</c> does.</summary>
internal static class TextWrapping
{
    public static void Wrap(Meter meter, List<string> lines, string line, long width, bool breakLongWords, bool breakOnHyphens)
    {
        if (width <= 0)
        {
            throw TemplateFault.Evaluation($"invalid width {width} (must be > 0)");
        }

        int made = 0;

        // The rest of a word that was cut ends where the word ends, so that no word is scanned twice.
        int known = 0;
        int ChunkFrom(int at) => known > at ? known : known = ChunkEnd(line, at, breakOnHyphens);
        for (int start = 0; start < line.Length;)
        {
            int chunk = ChunkFrom(start);
            if (made > 0 && PythonSpace.Is(line[start]))
            {
                start = chunk;
            }

            int end = start;
            int last = start;
            while (end < line.Length && (chunk = ChunkFrom(end)) - start <= width)
            {
                (last, end) = (end, chunk);
            }

            if (end < line.Length && chunk - end > width && (breakLongWords || end == start))
            {
                last = end;
                end = breakLongWords ? BreakInside(line, end, (int)(start + width), breakOnHyphens) : chunk;
            }

            string content = line[start..(end > last && PythonSpace.IsBlank(line.AsSpan(last, end - last)) ? last : end)];
            if (content.Length > 0)
            {
                meter.Text(content.Length);
                meter.RequireItems(lines.Count + 1);
                lines.Add(content);
                made++;
            }

            start = end;
        }
    }

    /// <summary>Where a word that is longer than a line is cut: at the width, or after the last hyphen before it.</summary>
    private static int BreakInside(string line, int start, int end, bool breakOnHyphens)
    {
        int hyphen = breakOnHyphens && end > start ? line.LastIndexOf('-', end - 1, end - start) : -1;
        return hyphen > start && line.AsSpan(start, hyphen - start).ContainsAnyExcept('-') ? hyphen + 1
            : CodePoints.SizeAt(line, end - 1) == 2 ? end + 1
            : end;
    }

    private static int ChunkEnd(string line, int start, bool breakOnHyphens)
    {
        bool isSpace = PythonSpace.Is(line[start]);
        int end = start + 1;
        while (end < line.Length && PythonSpace.Is(line[end]) == isSpace && !(breakOnHyphens && EndsAtHyphen(line, start, end)))
        {
            end++;
        }

        return end;
    }

    private static bool EndsAtHyphen(string line, int start, int end) =>
        line[end - 1] == '-' && end - start >= 3 && char.IsLetter(line[end - 2]) && char.IsLetter(line[end - 3])
        && end + 1 < line.Length && char.IsLetter(line[end]) && char.IsLetter(line[end + 1]);
}
