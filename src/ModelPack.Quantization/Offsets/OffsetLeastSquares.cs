using System.Runtime.InteropServices;

namespace ModelPack.Quantization.Offsets;

/// <summary>
/// Scales and offsets by alternating least squares: codes for the line, then the line through the codes, from several starting ranges. Leaves less
/// squared error than half-quadratic quantization. Pure, single-threaded and thread-safe; a row's result depends on that row alone.
/// </summary>
public static class OffsetLeastSquares
{
    private const int Rounds = 6;

    // Shares of a group's range to start from: the optimum of a group with one far weight lies well inside its range.
    private static readonly double[] Starts = [0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1.00, 1.05];

    /// <summary>Quantizes whole rows.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="scheme">Bits and group size; its grid is <see cref="CodeGrid.Offsets"/>.</param>
    /// <param name="codes">[rows, CodeBytesPerRow], written.</param>
    /// <param name="scales">[rows, GroupsPerRow], written; positive.</param>
    /// <param name="offsets">[rows, ZeroPointBytesPerRow], written.</param>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">Another grid, or a length that does not fit the number of rows.</exception>
    public static void QuantizeRows(ReadOnlySpan<float> weights, int columns, QuantizationScheme scheme, Span<byte> codes, Span<Half> scales, Span<byte> offsets)
    {
        int rows = RowLayout.CountRows(scheme, columns, weights.Length, codes.Length, scales.Length, offsets.Length);
        if (scheme.Grid != CodeGrid.Offsets)
        {
            throw new ArgumentException($"Offsets are not stored on the grid {scheme.Grid}.", nameof(scheme));
        }

        FiniteCheck.RequireFinite(weights, columns);
        int groups = scheme.GroupsPerRow(columns), groupBytes = scheme.GroupSize * scheme.Bits / 8;
        Span<Half> stored = MemoryMarshal.Cast<byte, Half>(offsets);
        for (int index = 0; index < rows * groups; index++)
        {
            int start = index % groups * scheme.GroupSize;
            ReadOnlySpan<float> group = weights.Slice((index / groups * columns) + start, Math.Min(scheme.GroupSize, columns - start));
            (scales[index], stored[index]) = Best(group, scheme);
            OffsetEncoding.Encode(group, scheme, scales[index], stored[index], codes.Slice(index * groupBytes, groupBytes));
        }
    }

    private static (Half Scale, Half Offset) Best(ReadOnlySpan<float> group, QuantizationScheme scheme)
    {
        double low = group[0], high = group[0];
        foreach (float weight in group)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
        }

        (Half Scale, Half Offset) best = (Half.One, StoredScale.OfOffset((float)low));
        double least = double.PositiveInfinity;
        if (high == low)
        {
            return best;
        }

        foreach (double share in Starts)
        {
            double scale = share * (high - low) / scheme.MaxCode;
            double offset = ((low + high) / 2) + (scale / 2);
            for (int round = 0; round < Rounds; round++)
            {
                (scale, offset) = Fit(group, scheme, scale, offset);
            }

            (Half Scale, Half Offset) candidate = (StoredScale.Of((float)scale), StoredScale.OfOffset((float)offset));
            double error = SquaredError(group, scheme, (double)candidate.Scale, (double)candidate.Offset);
            if (error < least)
            {
                (least, best) = (error, candidate);
            }
        }

        return best;
    }

    /// <summary>The least-squares line through the weights over the levels that a line gives them; the same line when they have one level.</summary>
    private static (double Scale, double Offset) Fit(ReadOnlySpan<float> group, QuantizationScheme scheme, double scale, double offset)
    {
        double levels = 0, squares = 0, weights = 0, products = 0;
        foreach (float weight in group)
        {
            double level = Level(weight, scheme, scale, offset);
            levels += level;
            squares += level * level;
            weights += weight;
            products += level * weight;
        }

        double variance = squares - (levels * levels / group.Length), covariance = products - (levels * weights / group.Length);
        if (!(variance > 0) || !(covariance > 0))
        {
            return (scale, offset);
        }

        double fitted = covariance / variance;
        return (fitted, (weights - (fitted * levels)) / group.Length);
    }

    private static double SquaredError(ReadOnlySpan<float> group, QuantizationScheme scheme, double scale, double offset)
    {
        double sum = 0;
        foreach (float weight in group)
        {
            double error = weight - (scale * Level(weight, scheme, scale, offset)) - offset;
            sum += error * error;
        }

        return sum;
    }

    private static double Level(float weight, QuantizationScheme scheme, double scale, double offset) =>
        Math.Clamp(Math.Round((weight - offset) / scale), -scheme.MiddleCode, scheme.MaxCode - scheme.MiddleCode);
}
