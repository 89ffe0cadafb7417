namespace ModelPack.Packing.Architectures.Families;

/// <summary>OLMo 2: norms behind the branches only, and on all queries and all keys of a layer together.</summary>
internal static class Olmo2Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "olmo2",
        Architectures = ["Olmo2ForCausalLM"],
        MaxPositions = 2048,
        EosToken = 50279,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
            Norms = QueryKeyNorm.Whole,
        },
        Names = new()
        {
            AttentionNorm = null,
            AttentionOutputNorm = "post_attention_layernorm",
            FeedForwardNorm = null,
            FeedForwardOutputNorm = "post_feedforward_layernorm",
        },
    };
}
