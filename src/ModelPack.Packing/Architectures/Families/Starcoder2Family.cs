namespace ModelPack.Packing.Architectures.Families;

/// <summary>StarCoder2: layer norms, biases everywhere, a network without a gate.</summary>
internal static class Starcoder2Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "starcoder2",
        Architectures = ["Starcoder2ForCausalLM"],
        MaxPositions = 4096,
        KeyValueHeads = 2,
        Tied = true,
        BosToken = 50256,
        EosToken = 50256,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "norm_epsilon", Epsilon = 1e-5, Bias = true },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("use_bias", absent: true), OutputBias = BiasRule.Field("use_bias", absent: true) },
        FeedForward = new() { Gated = false, Bias = BiasRule.Field("use_bias", absent: true), Activation = "gelu_pytorch_tanh" },
        Window = WindowRule.WhereGiven,
        Names = new() { Up = "mlp.c_fc", Down = "mlp.c_proj" },
    };
}
