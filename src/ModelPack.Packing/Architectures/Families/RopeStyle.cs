namespace ModelPack.Packing.Architectures.Families;

/// <summary>Rotary embedding of a family.</summary>
internal sealed record RopeStyle
{
    /// <summary>rope_theta when absent.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary>Pairs are neighbours (2i, 2i + 1) instead of halves (i, i + d/2).</summary>
    public bool Interleaved { get; init; }

    /// <summary>Field that holds the rotated share of each head; null: heads are rotated whole.</summary>
    public string? ShareField { get; init; }

    /// <summary>Rotated share when the field is absent.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Rotated elements of each head; null: as the share says.</summary>
    public int? Dimension { get; init; }

    /// <summary>Which layers rotate.</summary>
    public RopeRule Rule { get; init; } = RopeRule.EveryLayer;

    /// <summary>Layers with a window rotate without scaling, by another theta if <see cref="LocalThetaField"/> is set.</summary>
    public bool PlainWhereSliding { get; init; }

    /// <summary>Field with the theta of layers with a window; null: rope_theta.</summary>
    public string? LocalThetaField { get; init; }

    /// <summary>Theta of layers with a window when the field is absent.</summary>
    public double LocalTheta { get; init; } = 10000;

    /// <summary>Fields of the rope section that only this family has.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}
