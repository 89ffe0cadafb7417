using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>DistilBERT: BERT without token types and pooler, under other names.</summary>
internal static class DistilBertEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "distilbert",
        ClassName = "DistilBert",
        TokenTypes = null,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = null, Epsilon = 1e-12, Bias = true },
        FeedForward = new() { Gated = false, Bias = BiasRule.Always, ActivationFields = ["activation"], Activation = "gelu" },
        Pooler = null,
        Classifier = new ClassifierStyle("pre_classifier", PoolerActivation.Relu, "classifier"),
        Names = new WeightNames
        {
            OptionalPrefix = "distilbert.",
            Embedding = "embeddings.word_embeddings",
            Positions = "embeddings.position_embeddings",
            EmbeddingNorm = "embeddings.LayerNorm",
            LayerPrefix = "transformer.layer.{0}.",
            Query = "attention.q_lin",
            Key = "attention.k_lin",
            Value = "attention.v_lin",
            Output = "attention.out_lin",
            AttentionNorm = null,
            AttentionOutputNorm = "sa_layer_norm",
            Up = "ffn.lin1",
            Down = "ffn.lin2",
            FeedForwardNorm = null,
            FeedForwardOutputNorm = "output_layer_norm",
            Buffers = ["embeddings.position_ids"],
            OtherParts = ["vocab_transform.", "vocab_layer_norm.", "vocab_projector."],
        },
        Spellings = new Dictionary<string, string>
        {
            ["hidden_size"] = "dim",
            ["intermediate_size"] = "hidden_dim",
            ["num_attention_heads"] = "n_heads",
            ["num_hidden_layers"] = "n_layers",
        },
    };
}
