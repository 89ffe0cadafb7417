using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>
/// Raises a model's operator set to the first in which all integer operators exist (QLinearConv came with 10, MaxPool of codes with 12,
/// scales along an axis with 13). Only for operators that kept their meaning, or whose change is a change of form.
/// </summary>
internal static class OperatorSetUpgrade
{
    /// <summary>The operator set that is reached.</summary>
    public const long Version = 13;

    private const long Oldest = 7;

    private static readonly HashSet<string> Unchanged =
    [
        "Abs", "Add", "And", "ArgMax", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Concat", "Constant", "ConstantOfShape", "Conv", "ConvTranspose", "Cos",
        "DepthToSpace", "Div", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten", "Floor", "Gather", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "Greater", "GRU",
        "HardSigmoid", "Identity", "InstanceNormalization", "LeakyRelu", "Less", "Log", "LRN", "LSTM", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "Not", "Or",
        "Pow", "PRelu", "Reciprocal", "ReduceMax", "ReduceMean", "ReduceMin", "Relu", "Reshape", "RNN", "Selu", "Shape", "Sigmoid", "Sin", "Size", "Softplus",
        "SpaceToDepth", "Sqrt", "Sub", "Sum", "Tan", "Tanh", "Tile", "Transpose", "Where",
    ];

    /// <summary>Raises it in place; what stands in the way otherwise, and null when it is high enough or was raised.</summary>
    public static string? Raise(ModelProto model)
    {
        OperatorSetIdProto? set = model.OpsetImport.FirstOrDefault(set => OperatorDomain.IsStandard(set.Domain));
        if (set is null || set.Version >= Version)
        {
            return null;
        }

        GraphIndex root = GraphIndex.Of(model);
        (GraphIndex Scope, NodeProto Node)[] nodes = [.. root.All.SelectMany(scope => scope.Graph.Node.Where(node => OperatorDomain.IsStandard(node.Domain)).Select(node => (scope, node)))];
        string? obstacle = set.Version < Oldest || model.Functions.Count > 0
            ? "its form"
            : nodes.Where(pair => !Unchanged.Contains(pair.Node.OpType) && !CanConvert(root, pair.Node, set.Version)).Select(pair => pair.Node.OpType).FirstOrDefault();
        if (obstacle is not null)
        {
            return $"{obstacle} keeps the model at operator set {set.Version}";
        }

        var fresh = new FreshNames(model);
        foreach ((GraphIndex scope, NodeProto node) in nodes)
        {
            Convert(scope.Graph, node, fresh, set.Version);
        }

        set.Version = Version;
        model.IrVersion = Math.Max(model.IrVersion, 7);
        return null;
    }

    private static bool CanConvert(GraphIndex root, NodeProto node, long from) => node.OpType switch
    {
        "Squeeze" or "Unsqueeze" or "Clip" => true,
        // It took all axes from its own on together until 13: the same where that is the last one.
        "Softmax" or "LogSoftmax" => Rank(root, node.Output[0]) is { } rank && (node.Int("axis", 1) + rank) % rank == rank - 1,
        "Slice" or "Pad" or "Resize" => from >= 11,
        _ => false,
    };

    private static void Convert(GraphProto graph, NodeProto node, FreshNames fresh, long from)
    {
        switch (node.OpType)
        {
            case "Squeeze" or "Unsqueeze" when node.Ints("axes") is { } axes:
                node.Input.Add(Constant(graph, fresh, OnnxGraphBuilder.Tensor<long>([axes.Length], axes)));
                Drop(node, "axes");
                break;
            case "Clip" when from < 11:
                string low = Constant(graph, fresh, OnnxGraphBuilder.Tensor<float>([], [node.Float("min", float.MinValue)]));
                node.Input.Add(low);
                node.Input.Add(Constant(graph, fresh, OnnxGraphBuilder.Tensor<float>([], [node.Float("max", float.MaxValue)])));
                Drop(node, "min", "max");
                break;
            case "Softmax" or "LogSoftmax":
                Drop(node, "axis");
                break;
            case "BatchNormalization":
                Drop(node, "spatial");
                break;
        }
    }

    private static int? Rank(GraphIndex root, string value) => root.Graph.Output.Concat(root.Graph.ValueInfo)
        .FirstOrDefault(info => info.Name == value)?.Type?.TensorType?.Shape?.Dim.Count;

    private static string Constant(GraphProto graph, FreshNames fresh, TensorProto tensor)
    {
        tensor.Name = fresh.Next("constant");
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static void Drop(NodeProto node, params string[] names)
    {
        AttributeProto[] kept = [.. node.Attribute.Where(attribute => !names.Contains(attribute.Name))];
        node.Attribute.Clear();
        node.Attribute.AddRange(kept);
    }
}
