using System.Runtime.InteropServices;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf.Importance;

/// <summary>The older form of an importance matrix (.dat): a list of entries, then the number of pieces and the name of the text. It holds mean squares times the number of calls.</summary>
internal static class ImportanceList
{
    // The lengths of a name and of the values, the calls, and one of each.
    private const int LeastEntryBytes = 4 + 1 + 4 + 4 + 4;

    public static ImportanceMatrix Parse(string path, ReadOnlySpan<byte> bytes)
    {
        var cursor = new GgufCursor(path, bytes);
        int count = Int32(ref cursor, "the number of entries");
        if (count < 1 || count > cursor.Left / LeastEntryBytes)
        {
            throw new ModelPackException(NotImportance, $"{path}: the file is neither GGUF nor a list of {count} entries, so it is no importance matrix; give the file that llama-imatrix has written.");
        }

        var entries = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string name = Text(ref cursor, new GgufPart("the name of entry", Number: i));
            float calls = Int32(ref cursor, new GgufPart("the calls of", name));
            float[] values = Values(ref cursor, name);
            ImportanceNumbers.Check(path, name, values, [calls]);
            if (!entries.TryAdd(name, new ImportanceEntry(values, [calls])))
            {
                throw new ModelPackException(BadImportanceEntry, $"{path}: '{name}' is in the file twice; {GgufCursor.FetchAgain}.");
            }
        }

        // The first files ended here.
        int chunks = cursor.Left > 0 ? Int32(ref cursor, "the number of pieces") : 0;
        string[] datasets = cursor.Left > 0 ? [Text(ref cursor, "the name of the text")] : [];
        return cursor.Left == 0
            ? new ImportanceMatrix { Entries = entries, Datasets = datasets, ChunkCount = Math.Max(chunks, 0) }
            : throw new ModelPackException(BadImportanceEntry, $"{path}: {cursor.Left} bytes follow the end of the importance matrix; {GgufCursor.FetchAgain}.");
    }

    private static int Int32(ref GgufCursor cursor, GgufPart part, string prefix = "") => (int)cursor.UInt32(part, prefix);

    private static string Text(ref GgufCursor cursor, GgufPart part)
    {
        int length = Int32(ref cursor, part, "the length of ");
        return length > 0
            ? cursor.Utf8Text(length, part)
            : throw new ModelPackException(BadImportanceEntry, $"{cursor.Path}: {part} has {length} bytes; {GgufCursor.FetchAgain}.");
    }

    private static float[] Values(ref GgufCursor cursor, string name)
    {
        int count = Int32(ref cursor, new GgufPart("the number of values of", name));
        if (count < 1)
        {
            throw new ModelPackException(BadImportanceEntry, $"{cursor.Path}: '{name}' has {count} values; {GgufCursor.FetchAgain}.");
        }

        var part = new GgufPart("the values of", name);
        ReadOnlySpan<byte> bytes = cursor.Take(count <= cursor.Left / sizeof(float) ? count * sizeof(float) : int.MaxValue, part);
        var values = new float[count];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
