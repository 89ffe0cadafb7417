using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>
/// What a family of decoders does beyond the fields that all of them share, as data. A new family is one file with one of
/// these and one line in <see cref="FamilyTable"/>; the values of absent fields are those of the family's published
/// configuration class.
/// </summary>
internal sealed record FamilyDefinition
{
    /// <summary>Value of config.json's model_type.</summary>
    public required string ModelType { get; init; }

    /// <summary>Accepted entries of config.json's architectures.</summary>
    public required IReadOnlyList<string> Architectures { get; init; }

    /// <summary>model.type of genai_config.json; <c>decoder</c> for a family that ONNX Runtime GenAI does not list.</summary>
    public string GenAiType { get; init; } = "decoder";

    /// <summary>max_position_embeddings when absent.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>num_key_value_heads when absent; null: as many as heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>head_dim when absent; null: hidden_size / num_attention_heads.</summary>
    public int? HeadSize { get; init; }

    /// <summary>tie_word_embeddings when absent.</summary>
    public bool Tied { get; init; }

    /// <summary>bos_token_id when absent.</summary>
    public int? BosToken { get; init; }

    /// <summary>eos_token_id when absent.</summary>
    public int? EosToken { get; init; }

    /// <summary>Norms of the stream and of queries and keys.</summary>
    public NormStyle Norm { get; init; } = new();

    /// <summary>Order of norms and branches in a layer.</summary>
    public LayerOrder Order { get; init; } = LayerOrder.Sequential;

    /// <summary>The attention.</summary>
    public AttentionStyle Attention { get; init; } = new();

    /// <summary>Short convolutions in place of the attention of some layers; null: there are none.</summary>
    public ConvolutionStyle? Convolution { get; init; }

    /// <summary>Rotary embedding; null: the family has other positions.</summary>
    public RopeStyle? Rope { get; init; } = new();

    /// <summary>The feed-forward network.</summary>
    public FeedForwardStyle FeedForward { get; init; } = new();

    /// <summary>Mixture of experts in place of the feed-forward network; null: there is none.</summary>
    public MixtureStyle? Mixture { get; init; }

    /// <summary>What happens to the embedding before the first layer.</summary>
    public EmbeddingStyle Embedding { get; init; } = new();

    /// <summary>What happens behind the last layer.</summary>
    public HeadStyle Head { get; init; } = new();

    /// <summary>Factor of every branch before it is added to the stream.</summary>
    public float BranchScale { get; init; } = 1;

    /// <summary>Which layers see a sliding window only.</summary>
    public WindowRule Window { get; init; } = WindowRule.None;

    /// <summary>Names of the tensors.</summary>
    public WeightNames Names { get; init; } = new();

    /// <summary>This family's names of fields that others spell as the key; both spellings are read.</summary>
    public IReadOnlyDictionary<string, string> Spellings { get; init; } = new Dictionary<string, string>();

    /// <summary>Fields of <see cref="MathFields"/> that this family reads.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>The family as fields of one config.json vary it.</summary>
    public Func<ModelConfig, FamilyDefinition, FamilyDefinition> Adapt { get; init; } = (_, family) => family;
}
