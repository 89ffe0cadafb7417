namespace ModelPack.Packing.Architectures.Families;

/// <summary>Phi-3 and Phi-4-mini: Llama's block with fused tensors, longrope in the long variants.</summary>
internal static class Phi3Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "phi3",
        Architectures = ["Phi3ForCausalLM"],
        GenAiType = "phi3",
        MaxPositions = 4096,
        BosToken = 1,
        EosToken = 32000,
        Norm = new() { Epsilon = 1e-5 },
        Attention = new() { Fused = FusedLayout.Stacked },
        Rope = new() { ShareField = "partial_rotary_factor" },
        FeedForward = new() { Fused = true },
        Window = WindowRule.WhereGiven,
        Reads = ["partial_rotary_factor"],
    };
}
