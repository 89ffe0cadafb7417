namespace ModelPack.Quantization.Activations;

/// <summary>The range of an activation by any method. Pure.</summary>
public static class ActivationRanges
{
    /// <summary>The range that codes are spread over.</summary>
    /// <param name="method">How it is chosen.</param>
    /// <param name="histogram">What was seen; empty gives an empty range.</param>
    /// <param name="codes">The codes to spread.</param>
    public static ActivationRange Of(RangeMethod method, ActivationHistogram histogram, CodeSpan codes)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        return method switch
        {
            RangeMethod.MinMax => histogram.Range,
            RangeMethod.Entropy => EntropyRange.Of(histogram),
            RangeMethod.Percentile => PercentileRange.Of(histogram),
            RangeMethod.MeanSquaredError => SquaredErrorRange.Of(histogram, codes),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "No such method."),
        };
    }
}
