using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>BERT, and what was distilled from it: MiniLM, BGE, E5, GTE.</summary>
internal static class BertEncoder
{
    public static WeightNames Names { get; } = new()
    {
        OptionalPrefix = "bert.",
        Embedding = "embeddings.word_embeddings",
        Positions = "embeddings.position_embeddings",
        EmbeddingNorm = "embeddings.LayerNorm",
        LayerPrefix = "encoder.layer.{0}.",
        Query = "attention.self.query",
        Key = "attention.self.key",
        Value = "attention.self.value",
        Output = "attention.output.dense",
        AttentionNorm = null,
        AttentionOutputNorm = "attention.output.LayerNorm",
        Up = "intermediate.dense",
        Down = "output.dense",
        FeedForwardNorm = null,
        FeedForwardOutputNorm = "output.LayerNorm",
        Buffers = ["embeddings.position_ids", "embeddings.token_type_ids"],
        OtherParts = ["cls."],

        // Checkpoints that were converted from TensorFlow.
        OldEnds = new Dictionary<string, string> { ["LayerNorm.weight"] = "LayerNorm.gamma", ["LayerNorm.bias"] = "LayerNorm.beta" },
    };

    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "bert",
        ClassName = "Bert",
        Names = Names,
        Classifier = new ClassifierStyle(null, PoolerActivation.Tanh, "classifier"),
    };
}
