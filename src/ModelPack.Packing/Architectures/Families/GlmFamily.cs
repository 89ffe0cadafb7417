namespace ModelPack.Packing.Architectures.Families;

/// <summary>GLM-4: neighbours rotated in half of each head, gate and up projection fused.</summary>
internal static class GlmFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "glm",
        Architectures = ["GlmForCausalLM"],
        MaxPositions = 131072,
        KeyValueHeads = 2,
        HeadSize = 128,
        Norm = new() { Epsilon = 1.5625e-07 },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("attention_bias", absent: true) },
        Rope = new() { Interleaved = true, ShareField = "partial_rotary_factor", Share = 0.5 },
        FeedForward = new() { Fused = true },
        Reads = ["partial_rotary_factor"],
    };
}
