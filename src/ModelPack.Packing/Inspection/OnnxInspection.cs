using System.Globalization;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.Inspection;

/// <summary>Looks into ONNX files and packed folders.</summary>
internal static class OnnxInspection
{
    public const string ModelName = "model.onnx";

    public static InspectedModel ReadFolder(string folder)
    {
        InspectedModel model = ReadFile(Path.Combine(folder, ModelName));
        string manifest = Path.Combine(folder, "modelpack.json");
        return model with
        {
            Format = "packed",
            Files = File.Exists(manifest) ? [manifest, .. model.Files] : model.Files,
            Metadata = [.. MetadataFile.Read(manifest), .. MetadataFile.Read(Path.Combine(folder, "config.json"), "config."), .. model.Metadata],
        };
    }

    public static InspectedModel ReadFile(string path)
    {
        ModelProto model = OnnxFile.Read(path);
        string folder = Path.GetDirectoryName(path)!;
        TensorProto[] initializers = [.. model.Graph.Initializer.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        return new InspectedModel(
            "onnx",
            [
                path,
                .. initializers.SelectMany(OnnxWeights.DataFiles).Distinct().Order(StringComparer.Ordinal).Select(name => Path.Combine(folder, name)),
            ],
            [.. initializers.Select(tensor => new InspectedTensor(tensor.Name, OnnxWeights.TypeName(tensor), [.. tensor.Dims], OnnxWeights.Bytes(tensor)))],
            [.. Metadata(model)],
            OnnxWeights.StoredBytes(model.Graph),
            OnnxWeights.BitsPerWeight(model.Graph));
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(ModelProto model)
    {
        yield return KeyValuePair.Create("onnx.irVersion", model.IrVersion.ToString(CultureInfo.InvariantCulture));
        foreach (OperatorSetIdProto set in model.OpsetImport)
        {
            yield return KeyValuePair.Create("onnx.opset." + (set.Domain.Length > 0 ? set.Domain : "ai.onnx"), set.Version.ToString(CultureInfo.InvariantCulture));
        }

        yield return KeyValuePair.Create("onnx.producer", $"{model.ProducerName} {model.ProducerVersion}".Trim());
        yield return KeyValuePair.Create("onnx.nodes", model.Graph.Node.Count.ToString(CultureInfo.InvariantCulture));
        yield return KeyValuePair.Create("onnx.inputs", string.Join(", ", model.Graph.Input.Select(input => input.Name)));
        yield return KeyValuePair.Create("onnx.outputs", string.Join(", ", model.Graph.Output.Select(output => output.Name)));
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            yield return KeyValuePair.Create(entry.Key, entry.Value);
        }
    }
}
