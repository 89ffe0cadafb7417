using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>OPT: learned positions from row 2 on, relu; the 350M norms sums and has a narrower embedding.</summary>
internal static class OptFamily
{
    private const string NormBeforeField = "do_layer_norm_before";
    private const string NoFinalNormField = "_remove_final_layer_norm";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "opt",
        Architectures = ["OPTForCausalLM"],
        MaxPositions = 2048,
        Tied = true,
        BosToken = 2,
        EosToken = 2,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = null, Epsilon = 1e-5, Bias = true },
        Attention = new() { QueryKeyValueBias = BiasRule.Field("enable_bias", absent: true), OutputBias = BiasRule.Field("enable_bias", absent: true) },
        Rope = null,
        FeedForward = new() { Gated = false, Bias = BiasRule.Field("enable_bias", absent: true), ActivationFields = ["activation_function"], Activation = "relu" },
        Embedding = new() { PositionOffset = 2 },
        Names = new()
        {
            Embedding = "model.decoder.embed_tokens",
            Positions = "model.decoder.embed_positions",
            ProjectionIn = "model.decoder.project_in",
            ProjectionOut = "model.decoder.project_out",
            LayerPrefix = "model.decoder.layers.{0}.",
            FinalNorm = "model.decoder.final_layer_norm",
            AttentionNorm = "self_attn_layer_norm",
            Output = "self_attn.out_proj",
            FeedForwardNorm = "final_layer_norm",
            Up = "fc1",
            Down = "fc2",
        },
        Spellings = new Dictionary<string, string> { ["intermediate_size"] = "ffn_dim" },
        Adapt = Varied,
    };

    private static FamilyDefinition Varied(ModelConfig config, FamilyDefinition family)
    {
        bool before = config.Flag(NormBeforeField, true);
        int? width = config.OptionalInteger("word_embed_proj_dim", 1);
        return family with
        {
            Order = before ? LayerOrder.Sequential : LayerOrder.NormBehindSum,
            Head = family.Head with { Norm = before && !config.Flag(NoFinalNormField, false) },
            Embedding = family.Embedding with { Width = width == config.Integer("hidden_size", 1) ? null : width },
        };
    }
}
