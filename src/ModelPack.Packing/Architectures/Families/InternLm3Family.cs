namespace ModelPack.Packing.Architectures.Families;

/// <summary>InternLM3: Llama's block; its files call the biases qkv_bias and bias.</summary>
internal static class InternLm3Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "internlm3",
        Architectures = ["InternLM3ForCausalLM"],
        MaxPositions = 32768,
        KeyValueHeads = 2,
        HeadSize = 128,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("attention_bias"), OutputBias = BiasRule.Field("mlp_bias") },
        FeedForward = new() { Bias = BiasRule.Field("mlp_bias") },
        Spellings = new Dictionary<string, string> { ["attention_bias"] = "qkv_bias", ["mlp_bias"] = "bias" },
    };
}
