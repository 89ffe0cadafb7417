using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>Which operators work with a constant in the end, through nodes that only show it in another way.</summary>
internal static class ConstantUses
{
    private static readonly string[] Showing = ["Identity", "Cast", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <summary>For each stored tensor the places that work with its values.</summary>
    public static Dictionary<TensorProto, List<ValueUse>> Of(GraphIndex main)
    {
        var uses = new Dictionary<TensorProto, List<ValueUse>>(ReferenceEqualityComparer.Instance);
        foreach (GraphIndex scope in main.All)
        {
            foreach (string name in scope.Graph.Initializer.Select(tensor => tensor.Name).Concat(scope.Graph.Node.Where(node => node.OpType == "Constant").SelectMany(node => node.Output)))
            {
                if (scope.ConstantOf(name) is { } tensor && !uses.ContainsKey(tensor))
                {
                    Collect(scope, name, uses[tensor] = []);
                }
            }
        }

        return uses;
    }

    private static void Collect(GraphIndex scope, string value, List<ValueUse> uses)
    {
        // Damaged files show a value to itself.
        var seen = new HashSet<(GraphIndex, string)>();
        var open = new Stack<(GraphIndex Scope, string Value)>([(scope, value)]);
        while (open.TryPop(out (GraphIndex Scope, string Value) next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            foreach (ValueUse use in next.Scope.UsesOf(next.Value))
            {
                if (use is { Node: { Output.Count: 1 } node, Input: 0 } && Showing.Contains(node.OpType) && OperatorDomain.IsStandard(node.Domain))
                {
                    open.Push((use.Scope, node.Output[0]));
                }
                else
                {
                    uses.Add(use);
                }
            }
        }
    }
}
