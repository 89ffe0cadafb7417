namespace ModelPack.Packing.Architectures.Families;

/// <summary>OLMoE: OLMo's norms on queries and keys, 64 small experts.</summary>
internal static class OlmoeFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "olmoe",
        Architectures = ["OlmoeForCausalLM"],
        MaxPositions = 4096,
        EosToken = 50279,
        Norm = new() { Epsilon = 1e-5 },
        Attention = Olmo2Family.Definition.Attention,
        Mixture = new() { Count = 64, Chosen = 8 },
        Reads = [.. OlmoFamily.Definition.Reads, "num_experts"],
        Adapt = (config, family) => OlmoFamily.Clipped(config, Qwen2MoeFamily.Renormalized(config, family)),
    };
}
