using System.Collections;
using System.Globalization;
using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Inspection;

/// <summary>Looks into GGUF files, with all shards of a split one.</summary>
internal static class GgufInspection
{
    // Longer lists, such as vocabularies, are counted.
    private const int LongestList = 16;

    /// <summary>True for a folder that a model was packed into as GGUF.</summary>
    public static bool IsPackedFolder(string folder) => File.Exists(Manifest(folder)) && Model(folder) is not null;

    public static InspectedModel ReadFolder(string folder)
    {
        InspectedModel model = ReadFile(Model(folder)!);
        return model with
        {
            Format = "packed",
            Files = [Manifest(folder), .. model.Files],
            Metadata = [.. MetadataFile.Read(Manifest(folder)), .. model.Metadata],
        };
    }

    public static InspectedModel ReadFile(string path)
    {
        using GgufModel model = GgufModel.Open(path);
        GgufTensor[] tensors = [.. model.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        GgufTensor[] matrices = [.. tensors.Where(tensor => tensor.Shape.Count >= 2)];
        double weights = matrices.Sum(tensor => (double)tensor.ElementCount);
        return new InspectedModel(
            "gguf",
            model.Files,
            [.. tensors.Select(tensor => new InspectedTensor(tensor.Name, tensor.Type.ToString().ToLowerInvariant(), tensor.Shape, tensor.ByteLength))],
            [.. model.Metadata.Select(pair => KeyValuePair.Create(pair.Key, Text(pair.Value.Content)))],
            tensors.Sum(tensor => tensor.ByteLength),
            weights > 0 ? matrices.Sum(tensor => tensor.ByteLength * 8.0) / weights : 0);
    }

    private static string Manifest(string folder) => Path.Combine(folder, "modelpack.json");

    // An importance matrix may lie beside the model.
    private static string? Model(string folder) => Directory.EnumerateFiles(folder, "*.gguf")
        .Where(path => !path.EndsWith(".imatrix.gguf", StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();

    private static string Text(object content) => content switch
    {
        string text => MetadataFile.Shorten(text),
        ICollection { Count: > LongestList } list => $"{list.Count} entries",
        IEnumerable list => MetadataFile.Shorten(string.Join(", ", list.Cast<object>().Select(Text))),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(content, CultureInfo.InvariantCulture)!,
    };
}
