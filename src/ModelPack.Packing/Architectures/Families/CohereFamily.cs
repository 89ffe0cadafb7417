using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Command-R: parallel branches behind one norm, neighbours rotated, logits scaled.</summary>
internal static class CohereFamily
{
    private const string HeadNormField = "use_qk_norm";
    private const string ScaleField = "logit_scale";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "cohere",
        Architectures = ["CohereForCausalLM"],
        MaxPositions = 8192,
        Tied = true,
        BosToken = 5,
        EosToken = 255001,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-5 },
        Order = LayerOrder.Parallel,
        Attention = new()
        {
            QueryKeyValueBias = BiasRule.Field("attention_bias"),
            OutputBias = BiasRule.Field("attention_bias"),
        },
        Rope = new() { Theta = 500000, Interleaved = true },
        Names = new() { FeedForwardNorm = null },
        Reads = [HeadNormField, ScaleField],
        Adapt = Varied,
    };

    private static FamilyDefinition Varied(ModelConfig config, FamilyDefinition family) => family with
    {
        Attention = config.Flag(HeadNormField, false) ? family.Attention with { Norms = QueryKeyNorm.PerHeadOwn } : family.Attention,
        Head = family.Head with { Scale = (float)config.Positive(ScaleField, 0.0625) },
    };
}
