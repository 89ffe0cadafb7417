namespace ModelPack.Quantization.Gptq;

/// <summary>Which parts of calibrated quantization run. Immutable.</summary>
public sealed record GptqOptions
{
    /// <summary>Share of the mean diagonal that is added to the diagonal of the hessian; null: by the number of rows (<see cref="DampingChoice"/>).</summary>
    public double? Damping { get; init; }

    /// <summary>Columns are quantized in the order of falling diagonal; false: from left to right.</summary>
    public bool ActivationOrder { get; init; } = true;

    /// <summary>Scales and zero points that the sweep starts from.</summary>
    public ScaleRule Scales { get; init; } = ScaleRule.RoundToNearest;

    /// <summary>True: the search for scales counts each input's error with its diagonal entry of the hessian.</summary>
    public bool WeightedScales { get; init; }

    /// <summary>The sweep itself; false: nearest codes.</summary>
    public bool Sweep { get; init; } = true;

    /// <summary>Passes of <see cref="Descent"/> and <see cref="Refit"/> over all columns after the sweep; 0: nothing follows the sweep.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Coordinate descent over the codes.</summary>
    public bool Descent { get; init; } = true;

    /// <summary>Least-squares refit of the scales.</summary>
    public bool Refit { get; init; } = true;

    /// <summary>
    /// Search of scale and codes of each group together, at the start of each round; null: at 2 and 3 bits. With more it lowers the error by 2 % more,
    /// which does not show in the KL divergence, and doubles the time.
    /// </summary>
    public bool? GroupSearch { get; init; }
}
