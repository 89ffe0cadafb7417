namespace ModelPack.Packing.Architectures.Families;

/// <summary>BLOOM: linear biases instead of positions, a norm on the embedding, queries, keys and values fused head by head.</summary>
internal static class BloomFamily
{
    public static FamilyDefinition Definition { get; } = new()
    {
        ModelType = "bloom",
        Architectures = ["BloomForCausalLM"],
        MaxPositions = 2048,
        Tied = true,
        BosToken = 1,
        EosToken = 2,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_epsilon", Epsilon = 1e-5, Bias = true },
        Attention = new() { Fused = FusedLayout.ByHead, QueryKeyValueBias = BiasRule.Always, OutputBias = BiasRule.Always, LinearBias = true },
        Rope = null,
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, ActivationFields = [], Activation = "gelu_new", Multiple = 4 },
        Embedding = new() { Norm = true },
        Names = new()
        {
            OptionalPrefix = "transformer.",
            Embedding = "word_embeddings",
            EmbeddingNorm = "word_embeddings_layernorm",
            LayerPrefix = "h.{0}.",
            FinalNorm = "ln_f",
            QueryKeyValue = "self_attention.query_key_value",
            Query = "self_attention.q_proj",
            Key = "self_attention.k_proj",
            Value = "self_attention.v_proj",
            Output = "self_attention.dense",
            Up = "mlp.dense_h_to_4h",
            Down = "mlp.dense_4h_to_h",
        },
        Spellings = new Dictionary<string, string>
        {
            ["hidden_size"] = "n_embed",
            ["max_position_embeddings"] = "seq_length",
            ["num_attention_heads"] = "n_head",
            ["num_hidden_layers"] = "n_layer",
        },
    };
}
