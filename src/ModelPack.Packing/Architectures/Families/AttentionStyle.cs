namespace ModelPack.Packing.Architectures.Families;

/// <summary>The attention of a family.</summary>
internal sealed record AttentionStyle
{
    /// <summary>Biases of the query, key and value projections.</summary>
    public BiasRule QueryKeyValueBias { get; init; } = BiasRule.Never;

    /// <summary>Bias of the output projection.</summary>
    public BiasRule OutputBias { get; init; } = BiasRule.Never;

    /// <summary>How one tensor holds queries, keys and values.</summary>
    public FusedLayout Fused { get; init; } = FusedLayout.None;

    /// <summary>Norms of queries and keys.</summary>
    public QueryKeyNorm Norms { get; init; } = QueryKeyNorm.None;

    /// <summary>Queries and keys are rotated before their norm instead of after it.</summary>
    public bool NormsAfterRope { get; init; }

    /// <summary>Factor of the scores; null: 1 / sqrt(head size).</summary>
    public double? Scale { get; init; }

    /// <summary>The scores of layer i (from 0) are divided by i + 1.</summary>
    public bool ScaleFallsWithLayer { get; init; }

    /// <summary>Scores s become c tanh(s / c); 0: they do not.</summary>
    public float SoftCap { get; init; }

    /// <summary>Queries, keys and values are clamped to -c..c; null: they are not.</summary>
    public float? Clip { get; init; }

    /// <summary>Each head has a score of its own that takes part in the softmax and selects nothing.</summary>
    public bool Sinks { get; init; }

    /// <summary>Scores fall linearly with the distance, at another rate in each head (arXiv 2108.12409).</summary>
    public bool LinearBias { get; init; }
}
