namespace ModelPack.Packing.Architectures.Families;

/// <summary>GPT-2: learned positions, transposed and fused tensors, masks among the weights.</summary>
internal static class Gpt2Family
{
    private const string LayerScaleField = "scale_attn_by_inverse_layer_idx";

    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "gpt2",
        Architectures = ["GPT2LMHeadModel"],
        MaxPositions = 1024,
        Tied = true,
        BosToken = 50256,
        EosToken = 50256,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_epsilon", Epsilon = 1e-5, Bias = true },
        Attention = new() { Fused = FusedLayout.Stacked, QueryKeyValueBias = BiasRule.Always, OutputBias = BiasRule.Always },
        Rope = null,
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, ActivationFields = ["activation_function"], Activation = "gelu_new", Multiple = 4 },
        Embedding = new() { PositionOffset = 0 },
        Names = new()
        {
            OptionalPrefix = "transformer.",
            Embedding = "wte",
            Positions = "wpe",
            LayerPrefix = "h.{0}.",
            FinalNorm = "ln_f",
            AttentionNorm = "ln_1",
            QueryKeyValue = "attn.c_attn",
            Query = "attn.q_proj",
            Key = "attn.k_proj",
            Value = "attn.v_proj",
            Output = "attn.c_proj",
            FeedForwardNorm = "ln_2",
            Up = "mlp.c_fc",
            Down = "mlp.c_proj",
            Transposed = true,
            Buffers = [".attn.bias", ".attn.masked_bias"],
        },
        Spellings = new Dictionary<string, string>
        {
            ["hidden_size"] = "n_embd",
            ["intermediate_size"] = "n_inner",
            ["max_position_embeddings"] = "n_positions",
            ["num_attention_heads"] = "n_head",
            ["num_hidden_layers"] = "n_layer",
        },
        Adapt = (config, family) => family with { Attention = family.Attention with { ScaleFallsWithLayer = config.Flag(LayerScaleField, false) } },
    };
}
