namespace ModelPack.Packing.Architectures.Families;

/// <summary>Qwen3 with experts, as Qwen3-30B-A3B.</summary>
internal static class Qwen3MoeFamily
{
    public static FamilyDefinition Definition { get; } = Qwen3Family.Definition with
    {
        ModelType = "qwen3_moe",
        Architectures = ["Qwen3MoeForCausalLM"],
        GenAiType = "decoder",
        KeyValueHeads = 4,
        HeadSize = null,
        Mixture = new() { Count = 128, Chosen = 8, WidthField = "moe_intermediate_size", Width = 768, HasDenseLayers = true },
        Window = WindowRule.None,
        Spellings = new Dictionary<string, string> { ["num_experts"] = MixtralFamily.CountField },
        Reads = ["num_experts", MixtralFamily.CountField],
        Adapt = Qwen2MoeFamily.Renormalized,
    };
}
