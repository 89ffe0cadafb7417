using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The feed-forward network.</summary>
internal static class FeedForwardBlock
{
    // Of gpt_oss, whose activation this is; at this slope x sigmoid(s x) is near GELU.
    private const float SigmoidSlope = 1.702f;

    /// <summary>Adds down(act(gate(x)) * up(x)), or down(act(up(x))).</summary>
    public static string Add(GraphScope scope, FeedForwardWeights weights, string path, string x) =>
        LinearBlock.Add(scope, weights.Down.Module, $"{path}/down_proj", Product(scope, weights, path, x), weights.Down);

    /// <summary>Adds act(gate(x)) * up(x), or act(up(x)), the input of the narrowing projection.</summary>
    public static string Product(GraphScope scope, FeedForwardWeights weights, string path, string x)
    {
        Activation activation = scope.Architecture.Activation;
        if (weights.Gate is not Linear gate)
        {
            return ActivationBlock.Add(scope, activation, LinearBlock.Add(scope, weights.Up.Module, $"{path}/up_proj", x, weights.Up), $"{path}/act");
        }

        string gated = LinearBlock.Add(scope, gate.Module, $"{path}/gate_proj", x, gate);
        string up = LinearBlock.Add(scope, weights.Up.Module, $"{path}/up_proj", x, weights.Up);
        return scope.Architecture.Family.FeedForward.ClampLimit is float limit
            ? Clamped(scope, gated, up, limit, path)
            : scope.Graph.Node("Mul", [ActivationBlock.Add(scope, activation, gated, $"{path}/act"), up], $"{path}/product");
    }

    private static string Clamped(GraphScope scope, string gate, string up, float limit, string path)
    {
        string low = scope.Graph.Node("Min", [gate, scope.Number(limit)], $"{path}/gate_clamped");
        string active = scope.Graph.Node("Mul", [low, scope.Graph.Node("Sigmoid", [scope.Scaled(low, SigmoidSlope, $"{path}/gate_scaled")], $"{path}/gate_sigmoid")], $"{path}/act");
        string within = scope.Graph.Node("Clip", [up, scope.Number(-limit), scope.Number(limit)], $"{path}/up_clamped");
        return scope.Graph.Node("Mul", [scope.Graph.Node("Add", [within, scope.Number(1)], $"{path}/up_shifted"), active], $"{path}/product");
    }
}
