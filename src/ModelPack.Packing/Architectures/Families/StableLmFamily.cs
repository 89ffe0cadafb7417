using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>StableLM 2: layer norms, rope on a quarter of each head; the 12B has parallel branches and norms on each head.</summary>
internal static class StableLmFamily
{
    private const string ParallelField = "use_parallel_residual";
    private const string HeadNormField = "qk_layernorm";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "stablelm",
        Architectures = ["StableLmForCausalLM"],
        MaxPositions = 4096,
        KeyValueHeads = 32,
        BosToken = 0,
        EosToken = 0,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-5, Bias = true },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("use_qkv_bias") },
        Rope = new() { ShareField = "partial_rotary_factor", Share = 0.25 },
        Names = new() { QueryNorm = "self_attn.q_layernorm", KeyNorm = "self_attn.k_layernorm" },
        Reads = [ParallelField, HeadNormField, "partial_rotary_factor"],
        Adapt = Varied,
    };

    private static FamilyDefinition Varied(ModelConfig config, FamilyDefinition family)
    {
        bool parallel = config.Flag(ParallelField, false);
        return family with
        {
            Order = parallel ? LayerOrder.Parallel : LayerOrder.Sequential,
            Names = parallel ? family.Names with { FeedForwardNorm = null } : family.Names,
            Attention = config.Flag(HeadNormField, false) ? family.Attention with { Norms = QueryKeyNorm.PerHeadOwnTensors } : family.Attention,
        };
    }
}
