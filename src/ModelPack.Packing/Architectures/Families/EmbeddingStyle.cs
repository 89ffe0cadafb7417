namespace ModelPack.Packing.Architectures.Families;

/// <summary>What happens between the look-up of a token and the first layer.</summary>
internal sealed record EmbeddingStyle
{
    /// <summary>Factor of the embedding.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>The embedding is multiplied by the root of hidden_size.</summary>
    public bool ScaleIsRootOfWidth { get; init; }

    /// <summary>Width of the table when it is not hidden_size; a projection follows.</summary>
    public int? Width { get; init; }

    /// <summary>Learned positions are added; the number of rows of their table before position 0. Null: there are none.</summary>
    public int? PositionOffset { get; init; }

    /// <summary>A norm follows.</summary>
    public bool Norm { get; init; }
}
