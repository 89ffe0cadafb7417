using System.Runtime.InteropServices;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf.Importance;

/// <summary>The form of an importance matrix that is a GGUF file: two tensors a weight, NAME.in_sum2 and NAME.counts.</summary>
internal static class ImportanceTensors
{
    private const string TypeKey = "general.type";
    private const string Type = "imatrix";
    private const string DatasetsKey = "imatrix.datasets";
    private const string ChunkCountKey = "imatrix.chunk_count";
    private const string ChunkSizeKey = "imatrix.chunk_size";
    private const string SumsSuffix = ".in_sum2";
    private const string CountsSuffix = ".counts";
    private const string MeasureAgain = "measure it again with a current llama.cpp";

    public static ImportanceMatrix Read(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        if (Value<string>(file, TypeKey) != Type)
        {
            throw new ModelPackException(NotImportance, $"{path}: {TypeKey} is not '{Type}', so this is another GGUF file and no importance matrix; give the file that llama-imatrix has written.");
        }

        Dictionary<string, GgufTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var entries = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);

        // Other tensors, such as plain sums, say nothing about importance.
        foreach (string name in tensors.Keys.Where(name => name.EndsWith(SumsSuffix, StringComparison.Ordinal) || name.EndsWith(CountsSuffix, StringComparison.Ordinal)))
        {
            string weight = name[..name.LastIndexOf('.')];
            if (!entries.ContainsKey(weight))
            {
                entries.Add(weight, ReadEntry(path, weight, tensors.GetValueOrDefault(weight + SumsSuffix), tensors.GetValueOrDefault(weight + CountsSuffix)));
            }
        }

        return new ImportanceMatrix
        {
            Entries = entries.Count > 0 ? entries : throw new ModelPackException(NotImportance, $"{path}: the file has no entries; {MeasureAgain}."),
            Datasets = Value<string[]>(file, DatasetsKey) ?? [],
            ChunkCount = (int)Math.Min(Value<uint?>(file, ChunkCountKey) ?? 0, int.MaxValue),
            ChunkSize = (int)Math.Min(Value<uint?>(file, ChunkSizeKey) ?? 0, int.MaxValue),
        };
    }

    public static void Write(ImportanceMatrix matrix, string path)
    {
        (string Name, ImportanceEntry Entry)[] entries = [.. matrix.Entries.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        foreach ((string name, ImportanceEntry entry) in entries)
        {
            ImportanceNumbers.Check(path, name, entry.SquareSums.Span, entry.Counts.Span);
        }

        using GgufWriter writer = GgufWriter.Create(
            path,
            [
                new(TypeKey, GgufValue.Of(Type)),
                new(DatasetsKey, GgufValue.Of(matrix.Datasets.ToArray())),
                new(ChunkCountKey, GgufValue.Of((uint)matrix.ChunkCount)),
                new(ChunkSizeKey, GgufValue.Of((uint)matrix.ChunkSize)),
            ],
            entries.SelectMany(pair => (GgufTensorInfo[])
            [
                new(pair.Name + SumsSuffix, GgufTensorType.F32, [pair.Entry.Counts.Length, pair.Entry.Columns]),
                new(pair.Name + CountsSuffix, GgufTensorType.F32, [pair.Entry.Counts.Length, 1]),
            ]));
        foreach ((_, ImportanceEntry entry) in entries)
        {
            writer.Write(MemoryMarshal.AsBytes(entry.SquareSums.Span));
            writer.Write(MemoryMarshal.AsBytes(entry.Counts.Span));
        }

        writer.Complete();
    }

    private static ImportanceEntry ReadEntry(string path, string weight, GgufTensor? sums, GgufTensor? counts)
    {
        if (sums is not { Type: GgufTensorType.F32, ElementCount: > 0 } || counts is not { Type: GgufTensorType.F32, ElementCount: > 0 } ||
            sums.ElementCount % counts.ElementCount != 0)
        {
            throw new ModelPackException(BadImportanceEntry, $"{path}: '{weight}' must have sums and counts in F32, and the same number of sums for each count; {MeasureAgain}.");
        }

        var squares = new float[sums.ElementCount];
        var rows = new float[counts.ElementCount];
        sums.ReadFloat32(0, squares);
        counts.ReadFloat32(0, rows);
        ImportanceNumbers.Check(path, weight, squares, rows);
        return new ImportanceEntry(squares, rows);
    }

    private static T? Value<T>(GgufFile file, string key) =>
        file.Metadata.TryGetValue(key, out GgufValue? value) && value.Content is T content ? content : default;
}
