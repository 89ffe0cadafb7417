namespace ModelPack.Quantization.Activations;

/// <summary>The range that leaves a share of the values out. Pure.</summary>
public static class PercentileRange
{
    /// <summary>Percent of the values that stay inside by default, as in ONNX Runtime's calibration.</summary>
    public const double DefaultPercent = 99.999;

    /// <summary>Cuts half of the rest on each side; exact to one bin, and never wider than what was seen.</summary>
    /// <param name="histogram">What was seen.</param>
    /// <param name="percent">Above 0, at most 100.</param>
    public static ActivationRange Of(ActivationHistogram histogram, double percent = DefaultPercent)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (histogram.Count == 0)
        {
            return ActivationRange.Empty;
        }

        double cut = (100 - percent) / 200 * histogram.Count;
        (int first, int last) = histogram.Filled();
        long below = 0, above = 0;
        while (first < last && below + histogram[first] <= cut)
        {
            below += histogram[first++];
        }

        while (last > first && above + histogram[last] <= cut)
        {
            above += histogram[last--];
        }

        return new ActivationRange(
            Math.Max(histogram.Range.Min, (float)(first * histogram.Width)),
            Math.Min(histogram.Range.Max, (float)((last + 1) * histogram.Width)));
    }
}
