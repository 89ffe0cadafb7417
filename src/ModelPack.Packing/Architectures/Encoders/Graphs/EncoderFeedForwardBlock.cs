using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>The feed-forward network without the bias of its last layer, which goes into the norm behind it.</summary>
internal static class EncoderFeedForwardBlock
{
    public static string Add(EncoderScope scope, string module, FeedForwardWeights weights, string x, string path)
    {
        Activation activation = scope.Encoder.Activation;
        string inner;
        if (weights.Gate is Linear gate)
        {
            string joined = $"{module}mlp.gate_up";
            string product = scope.Product(joined, x, $"{path}/gate_up", gate, weights.Up);
            if (scope.Biases(joined, gate, weights.Up) is string bias)
            {
                product = scope.Node("Add", [product, bias], $"{path}/gate_up/biased");
            }

            scope.Graph.Node("Split", [product], [$"{path}/gate", $"{path}/up"], ("axis", -1), ("num_outputs", 2));
            inner = scope.Node("Mul", [Activated(scope, activation, $"{path}/gate", null, $"{path}/gate/activated"), $"{path}/up"], $"{path}/gated");
        }
        else
        {
            inner = Activated(scope, activation, scope.Product(weights.Up.Module, x, $"{path}/up", weights.Up), scope.Biases(weights.Up.Module, weights.Up), $"{path}/activated");
        }

        return scope.Product(weights.Down.Module, inner, $"{path}/down", weights.Down);
    }

    private static string Activated(EncoderScope scope, Activation activation, string x, string? bias, string output)
    {
        if (bias is not null && activation == Activation.Gelu)
        {
            return scope.Node("com.microsoft.BiasGelu", [x, bias], output);
        }

        string biased = bias is null ? x : scope.Node("Add", [x, bias], $"{output}/biased");
        return activation switch
        {
            Activation.Gelu => scope.Node("Gelu", [biased], output, ("approximate", "none")),
            Activation.GeluTanh => scope.Node("Gelu", [biased], output, ("approximate", "tanh")),
            Activation.Silu => scope.Node("Mul", [biased, scope.Node("Sigmoid", [biased], $"{output}/sigmoid")], output),
            Activation.Relu => scope.Node("Relu", [biased], output),
            _ => throw new NotSupportedException($"No encoder has the activation {activation}."),
        };
    }
}
