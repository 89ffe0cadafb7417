using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Qwen1.5-MoE and Qwen2-MoE: an expert that all tokens pass beside those they choose.</summary>
internal static class Qwen2MoeFamily
{
    private const string CountField = "num_experts";

    public static FamilyDefinition Definition { get; } = Qwen2Family.Definition with
    {
        ModelType = "qwen2_moe",
        Architectures = ["Qwen2MoeForCausalLM"],
        GenAiType = "decoder",
        KeyValueHeads = 16,
        Attention = new() { QueryKeyValueBias = BiasRule.Field("qkv_bias", absent: true) },
        Mixture = new()
        {
            Count = 60, Chosen = 4, WidthField = "moe_intermediate_size", Width = 1408, SharedWidthField = "shared_expert_intermediate_size", HasDenseLayers = true,
        },
        Window = WindowRule.None,
        Reads = [CountField],
        Adapt = Renormalized,
    };

    /// <summary>The family with the router of a configuration.</summary>
    internal static FamilyDefinition Renormalized(ModelConfig config, FamilyDefinition family)
    {
        FamilyDefinition chosen = MixtralFamily.Chosen(config, family);
        return chosen with { Mixture = chosen.Mixture! with { Renormalizes = config.Flag("norm_topk_prob", false) } };
    }
}
