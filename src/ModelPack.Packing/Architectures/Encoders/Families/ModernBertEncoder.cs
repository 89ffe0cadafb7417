using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>ModernBERT: norms first, rotary embedding by two thetas, windows on most layers, GeGLU.</summary>
internal static class ModernBertEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "modernbert",
        ClassName = "ModernBert",
        MaxPositions = 8192,
        TokenTypes = null,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "norm_eps", Epsilon = 1e-5 },
        NormFirst = true,
        FirstNormAbsent = true,
        Positions = PositionStyle.None,
        FusedQueryKeyValue = true,
        QueryKeyValueBias = BiasRule.Field("attention_bias"),
        OutputBias = BiasRule.Field("attention_bias"),
        FeedForward = new() { Gated = true, Fused = true, Bias = BiasRule.Field("mlp_bias"), ActivationFields = ["hidden_activation"], Activation = "gelu" },
        Rope = new() { Theta = 160000, PlainWhereSliding = true, LocalThetaField = "local_rope_theta" },
        Window = new BothSidesWindow("local_attention", 128, "global_attn_every_n_layers", 3),
        Pooler = null,
        Names = new WeightNames
        {
            OptionalPrefix = "model.",
            Embedding = "embeddings.tok_embeddings",
            EmbeddingNorm = "embeddings.norm",
            LayerPrefix = "layers.{0}.",
            FinalNorm = "final_norm",
            AttentionNorm = "attn_norm",
            QueryKeyValue = "attn.Wqkv",
            Query = "attn.q",
            Key = "attn.k",
            Value = "attn.v",
            Output = "attn.Wo",
            FeedForwardNorm = "mlp_norm",
            GateUp = "mlp.Wi",
            Gate = "mlp.gate",
            Up = "mlp.up",
            Down = "mlp.Wo",
            OtherParts = ["head.", "decoder."],
        },
        Spellings = new Dictionary<string, string> { ["rope_theta"] = "global_rope_theta" },
    };
}
