using System.Globalization;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

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
        (string Name, TensorProto Tensor)[] constants = [.. Constants(model).OrderBy(constant => constant.Name, StringComparer.Ordinal)];
        TensorProto[] initializers = [.. constants.Select(constant => constant.Tensor)];
        return new InspectedModel(
            "onnx",
            [
                path,
                .. initializers.SelectMany(OnnxWeights.DataFiles).Distinct().Order(StringComparer.Ordinal).Select(name => Path.Combine(folder, name)),
            ],
            [.. constants.Select(constant => new InspectedTensor(constant.Name, OnnxWeights.TypeName(constant.Tensor), [.. constant.Tensor.Dims], OnnxWeights.Bytes(constant.Tensor)))],
            [.. Metadata(model)],
            OnnxWeights.StoredBytes(initializers),
            OnnxWeights.BitsPerWeight(model.Graph));
    }

    // Initializers and what Constant nodes hold, also in the graphs inside If, Loop and Scan; single numbers of those are no tensors of interest.
    private static IEnumerable<(string Name, TensorProto Tensor)> Constants(ModelProto model) =>
        from scope in GraphIndex.Of(model).All
        from constant in scope.Graph.Initializer.Select(tensor => (tensor.Name, Tensor: (TensorProto?)tensor)).Concat(
            scope.Graph.Node.Where(node => node.OpType == "Constant" && node.Output.Count > 0).Select(node => (Name: node.Output[0], Tensor: ConstantNode.ValueOf(node))).Where(pair => pair.Tensor is { Dims.Count: > 0 }))
        select (scope.Path + constant.Name, constant.Tensor!);

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
