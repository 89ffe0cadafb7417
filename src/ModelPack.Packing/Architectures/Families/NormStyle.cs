namespace ModelPack.Packing.Architectures.Families;

/// <summary>The norms of a family.</summary>
internal sealed record NormStyle
{
    /// <summary>What is computed.</summary>
    public NormKind Kind { get; init; } = NormKind.RootMeanSquare;

    /// <summary>Field of config.json that holds epsilon; null: it is not in the file.</summary>
    public string? EpsilonField { get; init; } = "rms_norm_eps";

    /// <summary>Epsilon when the field is absent.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Norms of the stream have factors.</summary>
    public bool Weight { get; init; } = true;

    /// <summary>Norms of the stream have an addend. Norms of queries and keys never do.</summary>
    public bool Bias { get; init; }

    /// <summary>Added to the stored factors.</summary>
    public float Addend { get; init; }
}
