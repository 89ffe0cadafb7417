namespace ModelPack.Packing.Architectures.Families;

/// <summary>ERNIE 4.5: Llama's block with neighbours rotated.</summary>
internal static class Ernie45Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "ernie4_5",
        Architectures = ["Ernie4_5ForCausalLM"],
        GenAiType = "ernie4_5",
        MaxPositions = 131072,
        KeyValueHeads = 2,
        HeadSize = 128,
        Tied = true,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("use_bias"), OutputBias = BiasRule.Field("use_bias") },
        Rope = new() { Theta = 500000, Interleaved = true },
        FeedForward = new() { Bias = BiasRule.Field("use_bias") },
    };
}
