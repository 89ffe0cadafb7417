using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf.Importance;

/// <summary>
/// An importance matrix: for each weight, how strongly each of its input columns was used. Reads both of llama.cpp's file forms and writes the
/// current one. Immutable, thread-safe.
/// </summary>
public sealed class ImportanceMatrix
{
    /// <summary>Entries by the weight's name, such as <c>blk.0.attn_k.weight</c>.</summary>
    public required IReadOnlyDictionary<string, ImportanceEntry> Entries { get; init; }

    /// <summary>Names of the texts that were measured.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Pieces of text that were measured.</summary>
    public int ChunkCount { get; init; }

    /// <summary>Tokens of a piece; 0 where the file does not say it, as in the older form.</summary>
    public int ChunkSize { get; init; }

    /// <summary>Reads a file of either form.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelPackException">MPK1500 to MPK1520: nothing there, not readable, or malformed; MPK1530 to MPK1532: not an importance matrix, or numbers that cannot be.</exception>
    public static ImportanceMatrix Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        if (!Path.Exists(path))
        {
            throw new ModelPackException(NotFound, $"{path}: there is no such file; check the path of the importance matrix.");
        }

        byte[] bytes;
        try
        {
            // A pipe has no length either, and opening it would wait for a writer.
            bool empty = !Directory.Exists(path) && new FileInfo(path).Length == 0;
            if (!empty && StartsAsGguf(path))
            {
                return ImportanceTensors.Read(path);
            }

            bytes = empty ? [] : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(Unreadable, $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }

        return ImportanceList.Parse(path, bytes);
    }

    /// <summary>Writes the current form, entries in the order of their names; the same content gives the same bytes.</summary>
    /// <param name="path">The file; one that is there is replaced when the new one is complete.</param>
    /// <exception cref="ModelPackException">MPK1513: a weight's name has more than 55 bytes; MPK1523: the file cannot be written; MPK1532: a number is not finite or negative.</exception>
    public void Write(string path) => ImportanceTensors.Write(this, path);

    private static bool StartsAsGguf(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("GGUF"u8);
    }
}
