namespace ModelPack.Quantization.Activations;

/// <summary>How the range of an activation follows from the values that were seen.</summary>
public enum RangeMethod
{
    /// <summary>Smallest and largest value.</summary>
    MinMax,

    /// <summary>The clipping with the least KL divergence between the values and their codes.</summary>
    Entropy,

    /// <summary>All but a small share of the values, half of it on each side.</summary>
    Percentile,

    /// <summary>The clipping with the least mean squared error.</summary>
    MeanSquaredError,
}
