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

    /// <summary>rms_norm_eps when absent.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>rope_theta when absent.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>tie_word_embeddings when absent.</summary>
    public bool Tied { get; init; }

    /// <summary>bos_token_id when absent.</summary>
    public int? BosToken { get; init; }

    /// <summary>eos_token_id when absent.</summary>
    public int? EosToken { get; init; }

    /// <summary>Biases of the query, key and value projections.</summary>
    public BiasRule QueryKeyValueBias { get; init; } = BiasRule.Never;

    /// <summary>Bias of the attention's output projection.</summary>
    public BiasRule OutputBias { get; init; } = BiasRule.Never;

    /// <summary>Biases of the feed-forward projections.</summary>
    public BiasRule FeedForwardBias { get; init; } = BiasRule.Never;

    /// <summary>Each head's queries and keys pass a norm before rope.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>Which layers see a sliding window only.</summary>
    public WindowRule Window { get; init; } = WindowRule.None;

    /// <summary>Names of the tensors.</summary>
    public WeightNames Names { get; init; } = new();

    /// <summary>Fields of <see cref="Configuration.MathFields"/> that this family reads.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];
}
