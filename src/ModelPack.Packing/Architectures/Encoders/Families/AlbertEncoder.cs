using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>ALBERT: layers share their weights, narrow tables are projected, GELU is the tanh form.</summary>
internal static class AlbertEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "albert",
        ClassName = "Albert",
        TableWidthField = "embedding_size",
        AlwaysProjects = true,
        SharesLayers = true,
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, Activation = "gelu_new" },
        Pooler = "pooler",
        Names = new WeightNames
        {
            OptionalPrefix = "albert.",
            Embedding = "embeddings.word_embeddings",
            Positions = "embeddings.position_embeddings",
            EmbeddingNorm = "embeddings.LayerNorm",
            ProjectionIn = "encoder.embedding_hidden_mapping_in",
            LayerPrefix = "encoder.albert_layer_groups.{0}.albert_layers.0.",
            Query = "attention.query",
            Key = "attention.key",
            Value = "attention.value",
            Output = "attention.dense",
            AttentionNorm = null,
            AttentionOutputNorm = "attention.LayerNorm",
            Up = "ffn",
            Down = "ffn_output",
            FeedForwardNorm = null,
            FeedForwardOutputNorm = "full_layer_layer_norm",
            Buffers = ["embeddings.position_ids", "embeddings.token_type_ids"],
            OtherParts = ["predictions.", "sop_classifier."],
        },
        Classifier = new ClassifierStyle(null, PoolerActivation.Tanh, "classifier"),
    };
}
