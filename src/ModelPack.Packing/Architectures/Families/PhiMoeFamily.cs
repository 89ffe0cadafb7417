using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Phi-3.5-MoE: layer norms, biases, longrope, and a router that weighs two experts one after the other.</summary>
internal static class PhiMoeFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "phimoe",
        Architectures = ["PhimoeForCausalLM", "PhiMoEForCausalLM"],
        GenAiType = "phimoe",
        MaxPositions = 131072,
        KeyValueHeads = 8,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Kind = NormKind.Layer, Epsilon = 1e-5, Bias = true },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("attention_bias"), OutputBias = BiasRule.Field("attention_bias") },
        Rope = new() { Theta = 1000000, Fields = ["short_mscale", "long_mscale"] },
        Mixture = MixtralFamily.Definition.Mixture! with { Count = 16, Routing = ExpertRouting.SparseMixer },
        Window = WindowRule.WhereGiven,
        Reads = [MixtralFamily.CountField],
        Adapt = Varied,
    };

    private static FamilyDefinition Varied(ModelConfig config, FamilyDefinition family)
    {
        const string ChosenField = "num_experts_per_tok";
        if (config.Integer(ChosenField, 2, 1) != 2)
        {
            throw config.Invalid(ChosenField, "is not 2, and the router of this model_type chooses two");
        }

        // The reference leaves out scores that are further below the best than twice the jitter it was trained with.
        return family with
        {
            Mixture = family.Mixture! with { MixerThreshold = 2 * (float)config.Positive("router_jitter_noise", 0.01) },
            Head = family.Head with { Bias = config.Flag("lm_head_bias", false) },
        };
    }
}
