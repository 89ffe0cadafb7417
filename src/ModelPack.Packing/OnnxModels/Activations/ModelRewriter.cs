using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>Puts quantized operators into a copy of a model.</summary>
internal static class ModelRewriter
{
    /// <summary>The changed copy, without what nothing reads any more.</summary>
    public static ModelProto Apply(ModelProto model, IReadOnlyList<(WeightedOperator Operator, OperatorPatch Patch)> changes)
    {
        ModelProto copy = model.Clone();
        if (changes.Count == 0)
        {
            return copy;
        }

        GraphIndex[] graphs = [.. GraphIndex.Of(copy).All];
        (GraphProto Graph, NodeProto Node, NodeProto? Bias, OperatorPatch Patch)[] places =
        [
            .. changes.Select(change => (
                graphs[change.Operator.Place.Graph].Graph,
                change.Operator.Place.In(graphs),
                change.Operator.BiasPlace?.In(graphs),
                change.Patch)),
        ];
        var released = new HashSet<string>(StringComparer.Ordinal);
        foreach ((GraphProto graph, NodeProto node, NodeProto? bias, OperatorPatch patch) in places)
        {
            released.UnionWith(node.Input);
            if (bias is not null)
            {
                released.UnionWith(bias.Input);
                GraphChanges.Replace(graph, bias);
            }

            GraphChanges.Replace(graph, node, patch.Nodes);
            graph.Initializer.AddRange(patch.Initializers);
        }

        GraphChanges.Import(copy, OperatorDomain.Microsoft, 1);
        UnusedValues.Remove(copy, released.Where(name => name.Length > 0));
        return copy;
    }

    /// <summary>A beginning of names that no value of the model has.</summary>
    public static string Prefix(ModelProto model)
    {
        string[] names = [.. GraphIndex.Of(model).All.SelectMany(scope => scope.Graph.Node.SelectMany(node => node.Output).Concat(scope.Graph.Initializer.Select(tensor => tensor.Name)).Concat(scope.Graph.Input.Select(input => input.Name)))];
        string prefix = "int8/";
        while (names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            prefix = "_" + prefix;
        }

        return prefix;
    }
}
