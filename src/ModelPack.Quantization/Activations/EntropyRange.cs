namespace ModelPack.Quantization.Activations;

/// <summary>The clipping whose codes tell most about the values (8-bit inference with TensorRT, Migacz 2017). Pure.</summary>
public static class EntropyRange
{
    // Coarse bins on each side of zero: the sums of neighbours, so that a bin of a candidate has counts to compare.
    internal const int CoarseHalf = 1024;
    internal const int Levels = 128;

    /// <summary>
    /// Tries thresholds t: values beyond +-t are counted at the ends, what is left is merged into 128 levels a side, spread again over the
    /// bins that had values, and compared by KL divergence. The range is [-t, t] within what was seen.
    /// </summary>
    public static ActivationRange Of(ActivationHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ActivationRange seen = histogram.Range;
        if (seen.IsEmpty || seen.Magnitude == 0)
        {
            return seen;
        }

        double[] counts = Coarse(histogram);
        (int low, int high) = (Array.FindIndex(counts, c => c > 0) - CoarseHalf, Array.FindLastIndex(counts, c => c > 0) - CoarseHalf);
        int farthest = Math.Max(-low, high + 1);
        double least = double.PositiveInfinity;
        int best = farthest;
        for (int t = Math.Min(Levels, farthest); t <= farthest; t++)
        {
            double divergence = Divergence(counts, Math.Max(low, -t), Math.Min(high, t - 1));
            if (divergence <= least)
            {
                least = divergence;
                best = t;
            }
        }

        float threshold = (float)(best * histogram.Width * (ActivationHistogram.Half / CoarseHalf));
        return new ActivationRange(Math.Max(seen.Min, -threshold), Math.Min(seen.Max, threshold));
    }

    private static double[] Coarse(ActivationHistogram histogram)
    {
        const int Merged = ActivationHistogram.Half / CoarseHalf;
        var counts = new double[2 * CoarseHalf];
        for (int i = 0; i < counts.Length; i++)
        {
            for (int j = 0; j < Merged; j++)
            {
                counts[i] += histogram[(((i - CoarseHalf) * Merged) + j)];
            }
        }

        return counts;
    }

    /// <summary>KL divergence from the clipped counts of the bins first to last to their merged and spread image.</summary>
    internal static double Divergence(double[] counts, int first, int last)
    {
        int bins = last - first + 1;
        var inside = counts.AsSpan(first + CoarseHalf, bins);
        double below = Sum(counts.AsSpan(0, first + CoarseHalf)), above = Sum(counts.AsSpan(last + 1 + CoarseHalf));
        double total = Sum(inside) + below + above, kept = Sum(inside), divergence = 0;
        if (kept == 0)
        {
            return double.PositiveInfinity;
        }

        int levels = Math.Min(2 * Levels, bins);
        for (int level = 0; level < levels; level++)
        {
            int from = (int)((long)level * bins / levels), to = (int)((long)(level + 1) * bins / levels);
            double sum = 0;
            int filled = 0;
            for (int i = from; i < to; i++)
            {
                sum += inside[i];
                filled += inside[i] > 0 ? 1 : 0;
            }

            for (int i = from; i < to; i++)
            {
                double p = (inside[i] + (i == 0 ? below : 0) + (i == bins - 1 ? above : 0)) / total;
                // An end that had no values of its own gets the smallest share rather than an infinite divergence.
                double q = inside[i] > 0 ? sum / filled / kept : 1 / (kept + total);
                divergence += p > 0 ? p * Math.Log(p / q) : 0;
            }
        }

        return divergence;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
