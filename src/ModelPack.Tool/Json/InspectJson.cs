using ModelPack.Packing.Inspection;

namespace ModelPack.Tool.Json;

/// <summary>What <c>inspect --json</c> prints.</summary>
internal sealed record InspectJson(
    string Format,
    IReadOnlyList<string> Files,
    IReadOnlyList<InspectedTensor> Tensors,
    IReadOnlyDictionary<string, string> Metadata,
    long Bytes,
    double BitsPerWeight)
{
    public static InspectJson From(InspectedModel model)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in model.Metadata)
        {
            metadata[name] = value;
        }

        return new InspectJson(model.Format, model.Files, model.Tensors, metadata, model.Bytes, model.BitsPerWeight);
    }
}
