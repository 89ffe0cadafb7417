using ModelPack.Formats.Numerics;

namespace ModelPack.SyntheticCheckpoint;

/// <summary>Sizes of a Llama with head size 64, and its tensors.</summary>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Intermediate">Width of the feed-forward block.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="Vocabulary">Rows of embedding and head; at least those of TinyTales, whose tokenizer goes with the checkpoint.</param>
/// <param name="Tied">True: no head beside the embedding.</param>
internal sealed record LlamaShape(int Hidden, int Intermediate, int KvHeads, int Layers, int Vocabulary = LlamaShape.TinyTalesVocabulary, bool Tied = false)
{
    public const int HeadSize = 64;
    public const int TinyTalesVocabulary = 2048;

    private const int BytesPerWeight = 2;

    // Width grows with size as in published models.
    private static readonly (long FromBytes, LlamaShape OneLayer)[] Widths =
    [
        (1_000_000_000, new LlamaShape(2048, 8192, 8, 1)),
        (100_000_000, new LlamaShape(1024, 4096, 4, 1)),
        (0, new LlamaShape(256, 1024, 2, 1)),
    ];

    /// <summary>Published models by name.</summary>
    public static IReadOnlyDictionary<string, LlamaShape> Published { get; } = new Dictionary<string, LlamaShape>
    {
        ["llama-3.2-1b"] = new(2048, 8192, 8, 16, 128_256, Tied: true),
    };

    public long Bytes => Tensors().Sum(tensor => (long)tensor.Rows * tensor.Columns) * BytesPerWeight;

    /// <summary>The shape whose bfloat16 weights come closest to a number of bytes.</summary>
    public static LlamaShape OfSize(long bytes)
    {
        LlamaShape shape = Widths.First(width => bytes >= width.FromBytes).OneLayer;
        long layer = (shape with { Layers = 2 }).Bytes - shape.Bytes;
        return shape with { Layers = Math.Max(1, (int)Math.Round((bytes - (shape.Bytes - layer)) / (double)layer)) };
    }

    /// <summary>All tensors; those with one row are norms.</summary>
    public IEnumerable<(string Name, int Rows, int Columns)> Tensors()
    {
        int kv = KvHeads * HeadSize;
        yield return ("model.embed_tokens.weight", Vocabulary, Hidden);
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            yield return (layer + "input_layernorm.weight", 1, Hidden);
            yield return (layer + "self_attn.q_proj.weight", Hidden, Hidden);
            yield return (layer + "self_attn.k_proj.weight", kv, Hidden);
            yield return (layer + "self_attn.v_proj.weight", kv, Hidden);
            yield return (layer + "self_attn.o_proj.weight", Hidden, Hidden);
            yield return (layer + "post_attention_layernorm.weight", 1, Hidden);
            yield return (layer + "mlp.gate_proj.weight", Intermediate, Hidden);
            yield return (layer + "mlp.up_proj.weight", Intermediate, Hidden);
            yield return (layer + "mlp.down_proj.weight", Hidden, Intermediate);
        }

        yield return ("model.norm.weight", 1, Hidden);
        if (!Tied)
        {
            yield return ("lm_head.weight", Vocabulary, Hidden);
        }
    }

    public string Config() => $$"""
        {
          "architectures": ["LlamaForCausalLM"],
          "model_type": "llama",
          "vocab_size": {{Vocabulary}},
          "hidden_size": {{Hidden}},
          "intermediate_size": {{Intermediate}},
          "num_hidden_layers": {{Layers}},
          "num_attention_heads": {{Hidden / HeadSize}},
          "num_key_value_heads": {{KvHeads}},
          "head_dim": {{HeadSize}},
          "hidden_act": "silu",
          "max_position_embeddings": 512,
          "rms_norm_eps": 1e-05,
          "rope_theta": 10000.0,
          "tie_word_embeddings": {{(Tied ? "true" : "false")}},
          "bos_token_id": 2044,
          "eos_token_id": 2047,
          "pad_token_id": 2047,
          "torch_dtype": "bfloat16"
        }

        """;

    public static ElementType Type => ElementType.BFloat16;
}
