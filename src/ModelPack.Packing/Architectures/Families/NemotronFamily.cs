namespace ModelPack.Packing.Architectures.Families;

/// <summary>Nemotron and Minitron: layer norms that multiply by 1 + w, squared relu without a gate.</summary>
internal static class NemotronFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "nemotron",
        Architectures = ["NemotronForCausalLM"],
        GenAiType = "nemotron",
        MaxPositions = 4096,
        BosToken = 2,
        EosToken = 3,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "norm_eps", Epsilon = 1e-5, Bias = true, Addend = 1 },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
        },
        Rope = new() { ShareField = "partial_rotary_factor", Share = 0.5 },
        FeedForward = new() { Gated = false, Bias = BiasRule.Field("mlp_bias"), Activation = "relu2" },
        Reads = ["partial_rotary_factor"],
    };
}
