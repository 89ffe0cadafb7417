using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// A mixture of experts: each expert sees the tokens that chose it, and none where none did. ONNX Runtime's own operator for
/// mixtures takes more than ten times as long on the CPU (docs/measurements.md) and knows neither zero points nor gates and up
/// projections of their own; these nodes take every storage that other linear layers take.
/// </summary>
internal sealed class MixtureBlock(GraphScope scope, MixtureStyle style)
{
    private readonly int _hidden = scope.Architecture.HiddenSize;

    /// <summary>Adds the mixture of x [batch, sequence, hidden].</summary>
    public string Add(MixtureWeights weights, string path, string x)
    {
        string tokens = scope.Graph.Node("Reshape", [x, scope.Vector(1, -1, _hidden)], $"{path}/tokens");
        string shares = new RouterBlock(scope, style).Add(weights, $"{path}/router", tokens);
        string flat = Wide(scope.Graph.Node("Reshape", [x, scope.Vector(-1, _hidden)], $"{path}/flat"));
        string sum = scope.Graph.Node("Sub", [flat, flat], $"{path}/zeros");
        for (int expert = 0; expert < weights.Experts.Count; expert++)
        {
            sum = Expert(weights.Experts[expert], expert, $"{path}/experts.{expert}", tokens, shares, sum);
        }

        string shaped = scope.Graph.Node("Reshape", [scope.ToActivation(sum, OnnxElementType.Float32), scope.Graph.Node("Shape", [x], $"{path}/shape")], $"{path}/mixed");
        return weights.Shared is { } shared ? scope.Graph.Node("Add", [shaped, Shared(shared, weights.SharedGate!, path, x)], $"{path}/sum") : shaped;
    }

    private string Expert(FeedForwardWeights weights, int expert, string path, string tokens, string shares, string sum)
    {
        string share = scope.Graph.Node("Gather", [shares, scope.Scalar(expert)], $"{path}/share", ("axis", 1));
        string chosen = scope.Graph.Node("Transpose", [scope.Graph.Node("NonZero", [share], $"{path}/nonzero")], $"{path}/rows");
        string flat = scope.Graph.Node("Squeeze", [chosen, scope.Vector(1)], $"{path}/rows_flat");
        string mine = scope.Graph.Node("Gather", [tokens, flat], $"{path}/tokens", ("axis", 1));
        string result = FeedForwardBlock.Add(scope, weights, path, mine);
        string factor = scope.Graph.Node("Unsqueeze", [scope.Graph.Node("Gather", [share, flat], $"{path}/shares", ("axis", 0)), scope.Vector(1)], $"{path}/factor");
        string weighed = scope.Graph.Node("Mul", [scope.Graph.Node("Reshape", [result, scope.Vector(-1, _hidden)], $"{path}/flat"), factor], $"{path}/weighed");
        return scope.Graph.Node("ScatterND", [sum, chosen, Wide(weighed)], $"{path}/sum", ("reduction", "add"));
    }

    /// <summary>A value in float32: ScatterND adds nothing narrower on the CPU.</summary>
    private string Wide(string value) => scope.ActivationType == OnnxElementType.Float32
        ? value
        : scope.Graph.Node("Cast", [value], $"{value}/wide", ("to", (int)OnnxElementType.Float32));

    private string Shared(FeedForwardWeights weights, Linear gate, string path, string x)
    {
        string share = scope.Graph.Node("Sigmoid", [LinearBlock.Add(scope, gate.Module, $"{path}/shared_gate", x, gate)], $"{path}/shared_share");
        return scope.Graph.Node("Mul", [FeedForwardBlock.Add(scope, weights, $"{path}/shared", x), share], $"{path}/shared_weighed");
    }
}
