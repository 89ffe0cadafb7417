using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>Nomic's BERT: rotary embedding, SwiGLU, no biases, and GPT-2's names of fields.</summary>
internal static class NomicBertEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "nomic_bert",
        ClassName = "NomicBert",
        MaxPositions = 2048,
        Positions = PositionStyle.None,
        FusedQueryKeyValue = true,
        QueryKeyValueBias = BiasRule.Field("qkv_proj_bias"),
        OutputBias = BiasRule.Field("qkv_proj_bias"),
        FeedForward = new() { Gated = true, Bias = BiasRule.Field("mlp_fc1_bias"), ActivationFields = ["activation_function", "hidden_act"], Activation = "silu" },
        Activations = new Dictionary<string, Activation> { ["swiglu"] = Activation.Silu, ["geglu"] = Activation.Gelu },
        Rope = new() { Theta = 1000 },
        Pooler = null,
        Names = new WeightNames
        {
            Embedding = "embeddings.word_embeddings",
            EmbeddingNorm = "emb_ln",
            LayerPrefix = "encoder.layers.{0}.",
            QueryKeyValue = "attn.Wqkv",
            Query = "attn.q",
            Key = "attn.k",
            Value = "attn.v",
            Output = "attn.out_proj",
            AttentionNorm = null,
            AttentionOutputNorm = "norm1",
            Gate = "mlp.fc12",
            Up = "mlp.fc11",
            Down = "mlp.fc2",
            FeedForwardNorm = null,
            FeedForwardOutputNorm = "norm2",
            OtherParts = ["cls."],
        },
        Spellings = new Dictionary<string, string>
        {
            ["hidden_size"] = "n_embd",
            ["intermediate_size"] = "n_inner",
            ["num_attention_heads"] = "n_head",
            ["num_hidden_layers"] = "n_layer",
            ["max_position_embeddings"] = "n_positions",
            ["layer_norm_eps"] = "layer_norm_epsilon",
            ["rope_theta"] = "rotary_emb_base",
        },
    };
}
