using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Mixtral: Mistral's block with eight experts, two a token.</summary>
internal static class MixtralFamily
{
    public static FamilyDefinition Definition { get; } = MistralFamily.Definition with
    {
        ModelType = "mixtral",
        Architectures = ["MixtralForCausalLM"],
        GenAiType = "decoder",
        Norm = new() { Epsilon = 1e-5 },
        Rope = new() { Theta = 1000000 },
        Mixture = new()
        {
            CountField = CountField,
            Count = 8,
            Chosen = 2,
            Renormalizes = true,
            Router = "block_sparse_moe.gate",
            Gate = "block_sparse_moe.experts.{0}.w1",
            Up = "block_sparse_moe.experts.{0}.w3",
            Down = "block_sparse_moe.experts.{0}.w2",
        },
        Window = WindowRule.WhereGiven,
        Reads = [CountField],
        Adapt = Chosen,
    };

    internal const string CountField = "num_local_experts";

    /// <summary>The family with the number of chosen experts of a configuration.</summary>
    internal static FamilyDefinition Chosen(ModelConfig config, FamilyDefinition family) => family with
    {
        Mixture = family.Mixture! with { Chosen = config.Integer("num_experts_per_tok", family.Mixture.Chosen, 1) },
    };
}
