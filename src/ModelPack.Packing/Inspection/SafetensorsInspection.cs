using ModelPack.Formats.Safetensors;

namespace ModelPack.Packing.Inspection;

/// <summary>Looks into safetensors files and Hugging Face folders.</summary>
internal static class SafetensorsInspection
{
    private const string ConfigName = "config.json";

    public static InspectedModel ReadFolder(string folder)
    {
        InspectedModel checkpoint = ReadFile(folder);
        string config = Path.Combine(folder, ConfigName);
        return checkpoint with
        {
            Format = "huggingface",
            Files = File.Exists(config) ? [config, .. checkpoint.Files] : checkpoint.Files,
            Metadata = [.. MetadataFile.Read(config), .. checkpoint.Metadata],
        };
    }

    public static InspectedModel ReadFile(string path)
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(path);
        SafetensorsTensor[] tensors = [.. checkpoint.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        SafetensorsTensor[] matrices = [.. tensors.Where(tensor => tensor.Shape.Count >= 2)];
        double weights = matrices.Sum(tensor => (double)tensor.ElementCount);
        return new InspectedModel(
            "safetensors",
            checkpoint.Files,
            [.. tensors.Select(tensor => new InspectedTensor(tensor.Name, tensor.Type.ToString().ToLowerInvariant(), tensor.Shape, tensor.ByteLength))],
            [.. checkpoint.Metadata.OrderBy(member => member.Key, StringComparer.Ordinal)],
            tensors.Sum(tensor => tensor.ByteLength),
            weights > 0 ? matrices.Sum(tensor => tensor.ByteLength * 8.0) / weights : 0);
    }
}
