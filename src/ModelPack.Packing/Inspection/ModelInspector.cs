namespace ModelPack.Packing.Inspection;

/// <summary>Looks into everything that ModelPack reads or writes, without loading weights.</summary>
public static class ModelInspector
{
    // The first line whose test holds decides how the path is read.
    private static readonly (Func<string, bool> Is, Func<string, InspectedModel> Read)[] Kinds =
    [
        (path => File.Exists(Path.Combine(path, OnnxInspection.ModelName)), OnnxInspection.ReadFolder),
        (path => Directory.Exists(path) && GgufInspection.IsPackedFolder(path), GgufInspection.ReadFolder),
        (Directory.Exists, SafetensorsInspection.ReadFolder),
        (path => HasExtension(path, ".onnx"), OnnxInspection.ReadFile),
        (path => HasExtension(path, ".gguf"), GgufInspection.ReadFile),
        (path => HasExtension(path, ".safetensors") || path.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase), SafetensorsInspection.ReadFile),
    ];

    /// <summary>Reads names, types, shapes and metadata.</summary>
    /// <param name="path">A packed folder, a Hugging Face folder, a .safetensors file or index, an .onnx file, or a .gguf file (of a split one any shard).</param>
    /// <exception cref="ModelPackException">There is nothing, it is none of these (MPK1450), or a file is malformed (MPK10nn, MPK11nn, MPK15nn).</exception>
    public static InspectedModel Inspect(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!Path.Exists(full))
        {
            throw new ModelPackException(InspectionErrors.NotRecognized, $"There is nothing at {full}; check the path.");
        }

        return Array.Find(Kinds, kind => kind.Is(full)).Read is { } read
            ? read(full)
            : throw new ModelPackException(
                InspectionErrors.NotRecognized,
                $"{full} is none of the formats that this version reads: a packed folder, a Hugging Face folder, a .safetensors file, an .onnx file or a .gguf file.");
    }

    private static bool HasExtension(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
