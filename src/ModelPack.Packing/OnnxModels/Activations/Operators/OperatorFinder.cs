using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>Finds the operators with constant weights in a model and everything inside it, and says why one cannot be taken.</summary>
internal static class OperatorFinder
{
    /// <summary>Operators by type, and which input is their weight.</summary>
    private static readonly Dictionary<string, int> Weighted = new() { ["MatMul"] = 1, ["Gemm"] = 1, ["Conv"] = 1, ["LSTM"] = 1 };

    /// <summary>Every operator with a constant weight, in graph order, outer graphs first; a reason for those that cannot be taken.</summary>
    public static IReadOnlyList<(WeightedOperator Operator, string? Refused)> Find(GraphIndex graph, ConstantValues constants)
    {
        var found = new List<(WeightedOperator Operator, string? Refused)>();
        GraphIndex[] graphs = [.. graph.All];
        for (int g = 0; g < graphs.Length; g++)
        {
            for (int n = 0; n < graphs[g].Graph.Node.Count; n++)
            {
                NodeProto node = graphs[g].Graph.Node[n];
                if (OperatorDomain.IsStandard(node.Domain) && Weighted.TryGetValue(node.OpType, out int weight) && weight < node.Input.Count
                    && constants.Floats(graphs[g], node.Input[weight]) is { } values)
                {
                    found.Add(Describe(graphs, g, n, node, ConstantValues.Origin(graphs[g], node.Input[weight]), values.Dims, constants));
                }
            }
        }

        return found;
    }

    private static (WeightedOperator Operator, string? Refused) Describe(
        GraphIndex[] graphs, int g, int n, NodeProto node, string weight, long[] dims, ConstantValues constants)
    {
        var found = new WeightedOperator { Scope = graphs[g], Node = node, Place = new OperatorPlace(g, n), Weight = weight };
        string? refused = node.OpType switch
        {
            _ when ConstantValues.IsDequantized(graphs[g], node.Input[1]) || ConstantValues.IsDequantized(graphs[g], node.Input[0]) => "quantized already; its scales are kept",
            _ when InsideLoop(graphs[g]) => "inside a Loop or Scan, where its inputs cannot be measured",
            "MatMul" when dims.Length != 2 => "its weight is no matrix",
            "Gemm" when node.Int("transA", 0) != 0 => "its activations are transposed",
            _ => null,
        };
        if (refused is not null)
        {
            return (found, refused);
        }

        (found, refused) = node.OpType switch
        {
            "MatMul" => (WithBias(found, (int)dims[1], graphs[g], g, constants), null),
            "Gemm" => Gemm(found, constants, (int)dims[node.Int("transB", 0) != 0 ? 0 : 1]),
            "Conv" => Convolution(found, constants),
            _ => (found, null),
        };
        return (found with { Activation = ResultActivation.Behind(graphs[g], found.Output) }, refused);
    }

    private static (WeightedOperator Operator, string? Refused) Convolution(WeightedOperator found, ConstantValues constants)
    {
        if (found.Node.InputOrEmpty(2) is not { Length: > 0 } name)
        {
            return (found, null);
        }

        return constants.Floats(found.Scope, name) is { } bias ? (found with { Bias = bias.Values }, null) : (found, "its bias is no constant");
    }

    private static bool InsideLoop(GraphIndex scope)
    {
        for (GraphIndex? at = scope; at?.Owner is { } owner; at = at.Outer)
        {
            if (!owner.Is("If"))
            {
                return true;
            }
        }

        return false;
    }

    private static (WeightedOperator Operator, string? Refused) Gemm(WeightedOperator found, ConstantValues constants, int outputs)
    {
        if (found.Node.InputOrEmpty(2) is not { Length: > 0 } name)
        {
            return (found, null);
        }

        return constants.Floats(found.Scope, name) is { } bias && Spread(bias, outputs) is { } values
            ? (found with { Bias = Array.ConvertAll(values, value => value * found.Node.Float("beta", 1)) }, null)
            : (found, "its bias is not one constant for each output");
    }

    private static WeightedOperator WithBias(WeightedOperator found, int outputs, GraphIndex scope, int g, ConstantValues constants)
    {
        string result = found.Node.Output[0];
        if (scope.UsesOf(result) is not [{ Node: { } add } use] || !add.Is("Add") || !ReferenceEquals(use.Scope, scope) || add.Input[0] == add.Input[1])
        {
            return found;
        }

        return constants.Floats(scope, add.Input[1 - use.Input]) is { } bias && Spread(bias, outputs) is { } values && bias.Dims.Length <= 2
            ? found with { BiasNode = add, BiasPlace = new OperatorPlace(g, Position(scope.Graph, add)), Bias = values }
            : found;
    }

    private static int Position(GraphProto graph, NodeProto node)
    {
        for (int i = 0; ; i++)
        {
            if (ReferenceEquals(graph.Node[i], node))
            {
                return i;
            }
        }
    }

    // One value for each output, or one for all.
    private static float[]? Spread((long[] Dims, float[] Values) bias, int outputs) =>
        bias.Dims.Take(Math.Max(0, bias.Dims.Length - 1)).All(dim => dim == 1)
            ? bias.Values.Length == outputs ? bias.Values : bias.Values.Length == 1 ? Enumerable.Repeat(bias.Values[0], outputs).ToArray() : null
            : null;
}
