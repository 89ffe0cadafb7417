using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The gated feed-forward network.</summary>
internal static class FeedForwardBlock
{
    /// <summary>Adds down(act(gate(x)) * up(x)).</summary>
    public static string Add(GraphScope scope, FeedForwardWeights weights, string path, string x) =>
        LinearBlock.Add(scope, weights.Down.Module, $"{path}/down_proj", Product(scope, weights, path, x), weights.Down);

    /// <summary>Adds act(gate(x)) * up(x), the input of the narrowing projection.</summary>
    public static string Product(GraphScope scope, FeedForwardWeights weights, string path, string x)
    {
        string gate = LinearBlock.Add(scope, weights.Gate.Module, $"{path}/gate_proj", x, weights.Gate);
        string up = LinearBlock.Add(scope, weights.Up.Module, $"{path}/up_proj", x, weights.Up);
        string active = ActivationBlock.Add(scope, scope.Architecture.Activation, gate, $"{path}/act");
        return scope.Graph.Node("Mul", [active, up], $"{path}/product");
    }
}
