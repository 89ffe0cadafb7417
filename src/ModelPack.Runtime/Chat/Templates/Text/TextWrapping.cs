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

        var chunks = new Stack<string>(Chunks(line, breakOnHyphens).Reverse());
        bool isFirst = true;
        while (chunks.Count > 0)
        {
            string current = "";
            if (!isFirst && PythonSpace.IsBlank(chunks.Peek()))
            {
                chunks.Pop();
            }

            while (chunks.TryPeek(out string? chunk) && current.Length + chunk.Length <= width)
            {
                current += chunks.Pop();
            }

            if (chunks.TryPeek(out string? next) && next.Length > width)
            {
                current += TakeLong(meter, chunks, (int)Math.Min(width, int.MaxValue) - current.Length, current.Length == 0, breakLongWords);
            }

            current = PythonSpace.TrimEnd(current);
            if (current.Length > 0)
            {
                meter.Text(current.Length);
                meter.RequireItems(lines.Count + 1);
                lines.Add(current);
            }

            isFirst = false;
        }
    }

    private static string TakeLong(Meter meter, Stack<string> chunks, int space, bool isLineEmpty, bool breakLongWords)
    {
        if (!breakLongWords)
        {
            return isLineEmpty ? chunks.Pop() : "";
        }

        string chunk = chunks.Pop();
        int taken = Math.Max(1, space);
        meter.Text(chunk.Length);
        chunks.Push(chunk[taken..]);
        return chunk[..taken];
    }

    private static IEnumerable<string> Chunks(string line, bool breakOnHyphens)
    {
        for (int start = 0; start < line.Length;)
        {
            bool isSpace = PythonSpace.Is(line[start]);
            int end = start + 1;
            while (end < line.Length && PythonSpace.Is(line[end]) == isSpace && !(breakOnHyphens && EndsAtHyphen(line, start, end)))
            {
                end++;
            }

            yield return line[start..end];
            start = end;
        }
    }

    private static bool EndsAtHyphen(string line, int start, int end) =>
        line[end - 1] == '-' && end - start >= 3 && char.IsLetter(line[end - 2]) && char.IsLetter(line[end - 3])
        && end + 1 < line.Length && char.IsLetter(line[end]) && char.IsLetter(line[end + 1]);
}
