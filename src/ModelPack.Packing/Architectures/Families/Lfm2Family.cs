using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>LFM2: gated short convolutions in most layers, attention with normed heads in the others, a feed-forward network whose width is worked out.</summary>
internal static class Lfm2Family
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "lfm2",
        Architectures = ["Lfm2ForCausalLM"],
        GenAiType = "lfm2",
        MaxPositions = 128000,
        KeyValueHeads = 8,
        Tied = true,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { EpsilonField = "norm_eps", Epsilon = 1e-5 },
        Rope = new() { Theta = 1000000 },
        Attention = new() { Norms = QueryKeyNorm.PerHead },
        Convolution = new() { TapsField = "conv_L_cache", Taps = 3, Bias = BiasRule.Field("conv_bias"), AttentionField = "full_attn_idxs" },
        FeedForward = new() { ActivationFields = [], Width = Width },
        Spellings = new Dictionary<string, string> { ["tie_word_embeddings"] = "tie_embedding", ["rope_theta"] = "theta" },
        Names = new()
        {
            FinalNorm = "model.embedding_norm",
            AttentionNorm = "operator_norm",
            QueryNorm = "self_attn.q_layernorm",
            KeyNorm = "self_attn.k_layernorm",
            Output = "self_attn.out_proj",
            FeedForwardNorm = "ffn_norm",
            Gate = "feed_forward.w1",
            Up = "feed_forward.w3",
            Down = "feed_forward.w2",
        },
    };

    /// <summary>Two thirds of the width that the file names, times a factor, rounded up to a multiple; or that width itself.</summary>
    private static int Width(ModelConfig config)
    {
        int width = config.Integer("block_ff_dim", config.Integer("intermediate_size", 12288, 1), 1);
        if (!config.Flag("block_auto_adjust_ff_dim", true))
        {
            return width;
        }

        int multiple = config.Integer("block_multiple_of", 256, 1);
        double adjusted = Math.Floor(config.Positive("block_ffn_dim_multiplier", 1) * (2L * width / 3));
        double rounded = Math.Ceiling(adjusted / multiple) * multiple;
        return rounded is >= 1 and <= int.MaxValue ? (int)rounded : throw config.Invalid("block_ffn_dim_multiplier", $"makes the feed-forward network {rounded} wide");
    }
}
