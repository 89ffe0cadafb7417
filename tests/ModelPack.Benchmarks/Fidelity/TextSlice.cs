using System.Text;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>Part of a text file as the other quantizers' measurements cut it.</summary>
/// <param name="File">File below shared/.</param>
/// <param name="From">First byte.</param>
/// <param name="To">Byte after the last one; the end of the file when it is shorter.</param>
/// <param name="BlankLine">What replaces an empty line; null keeps it.</param>
internal sealed record TextSlice(string File, int From, int To, string? BlankLine)
{
    /// <summary>The text; an incomplete character at either end is dropped.</summary>
    public string Read(string shared)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(Path.Combine(shared, File));
        int from = From;
        int to = Math.Min(To, bytes.Length);
        while (from < to && IsContinuation(bytes[from]))
        {
            from++;
        }

        if (to < bytes.Length && IsContinuation(bytes[to]))
        {
            while (IsContinuation(bytes[--to]))
            {
            }
        }

        string text = Encoding.UTF8.GetString(bytes, from, to - from);
        return BlankLine is null ? text : text.Replace("\n\n", BlankLine, StringComparison.Ordinal);
    }

    private static bool IsContinuation(byte unit) => (unit & 0xC0) == 0x80;
}
