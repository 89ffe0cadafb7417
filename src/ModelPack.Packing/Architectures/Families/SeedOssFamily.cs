namespace ModelPack.Packing.Architectures.Families;

/// <summary>Seed-OSS: Llama's block with biases on queries, keys and values.</summary>
internal static class SeedOssFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "seed_oss",
        Architectures = ["SeedOssForCausalLM"],
        MaxPositions = 524288,
        KeyValueHeads = 8,
        HeadSize = 128,
        BosToken = 0,
        EosToken = 2,
        Attention = new() { QueryKeyValueBias = BiasRule.Field("attention_bias", absent: true), OutputBias = BiasRule.Field("attention_out_bias") },
        FeedForward = new() { Bias = BiasRule.Field("mlp_bias") },
        Reads = ["attention_out_bias"],
    };
}
