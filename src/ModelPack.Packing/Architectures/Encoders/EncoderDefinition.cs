using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>
/// What a family of encoders does beyond the fields that all of them share, as data; the values here are BERT's. A new family
/// is one file with one of these and one line in <see cref="EncoderTable"/>.
/// </summary>
internal sealed record EncoderDefinition
{
    /// <summary>Value of config.json's model_type.</summary>
    public required string ModelType { get; init; }

    /// <summary>What the names of the family's classes begin with, as in <c>Bert</c>Model.</summary>
    public required string ClassName { get; init; }

    /// <summary>max_position_embeddings when absent.</summary>
    public int MaxPositions { get; init; } = 512;

    /// <summary>type_vocab_size when absent; null: the family has no token types.</summary>
    public int? TokenTypes { get; init; } = 2;

    /// <summary>pad_token_id when absent.</summary>
    public int PadToken { get; init; }

    /// <summary>Norms of the stream.</summary>
    public NormStyle Norm { get; init; } = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-12, Bias = true };

    /// <summary>Norms stand before the branches, not behind them, and one behind the last layer.</summary>
    public bool NormFirst { get; init; }

    /// <summary>The norm before the attention of the first layer is left out.</summary>
    public bool FirstNormAbsent { get; init; }

    /// <summary>Where positions come from.</summary>
    public PositionStyle Positions { get; init; } = PositionStyle.FromZero;

    /// <summary>Field that switches the position table off; null: it is always there.</summary>
    public string? PositionsField { get; init; }

    /// <summary>Width of the embedding tables where it is not hidden_size; null: it is.</summary>
    public string? TableWidthField { get; init; }

    /// <summary>Width of the tables when that field is absent.</summary>
    public int TableWidth { get; init; } = 128;

    /// <summary>The tables are projected even where their width is hidden_size.</summary>
    public bool AlwaysProjects { get; init; }

    /// <summary>One tensor holds the rows of queries, keys and values.</summary>
    public bool FusedQueryKeyValue { get; init; }

    /// <summary>Biases of queries, keys and values.</summary>
    public BiasRule QueryKeyValueBias { get; init; } = BiasRule.Always;

    /// <summary>Bias behind the attention.</summary>
    public BiasRule OutputBias { get; init; } = BiasRule.Always;

    /// <summary>The feed-forward network.</summary>
    public FeedForwardStyle FeedForward { get; init; } = new() { Gated = false, Bias = BiasRule.Always, Activation = "gelu" };

    /// <summary>Names of activations that mean another one here.</summary>
    public IReadOnlyDictionary<string, Activation> Activations { get; init; } = new Dictionary<string, Activation>();

    /// <summary>Bias by distance that all layers add to their scores: the table's module; null: there is none.</summary>
    public string? RelativeBias { get; init; }

    /// <summary>Attention of contents and distances apart, where config.json asks for it.</summary>
    public bool Disentangled { get; init; }

    /// <summary>Rotary embedding; null: there is none.</summary>
    public RopeStyle? Rope { get; init; }

    /// <summary>Which layers see a window to both sides; null: none does.</summary>
    public BothSidesWindow? Window { get; init; }

    /// <summary>Layers share their weights in groups.</summary>
    public bool SharesLayers { get; init; }

    /// <summary>What a checkpoint for classification has behind its encoder; null: such checkpoints are refused.</summary>
    public ClassifierStyle? Classifier { get; init; }

    /// <summary>Names of the tensors.</summary>
    public required WeightNames Names { get; init; }

    /// <summary>Module of the table of token types.</summary>
    public string TokenTypeTable { get; init; } = "embeddings.token_type_embeddings";

    /// <summary>Module of the pooler, whose tensors a checkpoint may lack; null: the family has none.</summary>
    public string? Pooler { get; init; } = "pooler.dense";

    /// <summary>This family's names of fields that others spell as the key; both spellings are read.</summary>
    public IReadOnlyDictionary<string, string> Spellings { get; init; } = new Dictionary<string, string>();

    /// <summary>Fields of <see cref="EncoderFields"/> that this family reads.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];
}
