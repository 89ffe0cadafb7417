using System.Runtime.InteropServices;
using ModelPack.Quantization.Offsets;

namespace ModelPack.Quantization;

/// <summary>
/// Half-quadratic quantization (HQQ): scales span the range, real-valued zero points minimize an lp norm with p &lt; 1, which outliers hardly move.
/// Needs no calibration. Pure and thread-safe; the result does not depend on the number of threads.
/// </summary>
public static class HalfQuadratic
{
    /// <summary>Quantizes a matrix.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="scheme">Bits and group size; its grid is <see cref="CodeGrid.Offsets"/>.</param>
    /// <param name="threads">Cores.</param>
    /// <param name="cancellation">Checked now and then.</param>
    /// <returns>Scales are rounded to float16 before the zero points are sought, and codes chosen with the stored scales and offsets.</returns>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">Another grid, or no whole number of rows.</exception>
    public static QuantizedMatrix Quantize(float[] weights, int columns, QuantizationScheme scheme, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (scheme.Grid != CodeGrid.Offsets || weights.Length % columns != 0)
        {
            throw new ArgumentException($"Whole rows on the grid {CodeGrid.Offsets} are quantized, not {weights.Length} weights on {scheme.Grid}.", nameof(weights));
        }

        FiniteCheck.RequireFinite(weights, columns);
        int rows = weights.Length / columns, groups = scheme.GroupsPerRow(columns);
        var scales = new float[rows * groups];
        var zeroPoints = new float[scales.Length];
        HalfQuadraticSolver.Start(weights, columns, scheme.GroupSize, scheme.Bits, scales, zeroPoints);
        Half[] stored = Store(scales, zeroPoints);
        HalfQuadraticSolver.Refine(weights, columns, scheme.GroupSize, scheme.Bits, scales, zeroPoints, threads, cancellation);

        var codes = new byte[rows * scheme.CodeBytesPerRow(columns)];
        var offsets = new byte[rows * scheme.ZeroPointBytesPerRow(columns)];
        int groupBytes = scheme.GroupSize * scheme.Bits / 8;
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, row =>
        {
            Span<Half> rowOffsets = MemoryMarshal.Cast<byte, Half>(offsets.AsSpan(row * groups * 2, groups * 2));
            for (int group = 0; group < groups; group++)
            {
                int index = (row * groups) + group, start = group * scheme.GroupSize;
                rowOffsets[group] = StoredScale.OfOffset((scheme.MiddleCode - zeroPoints[index]) * scales[index]);
                OffsetEncoding.Encode(
                    weights.AsSpan((row * columns) + start, Math.Min(scheme.GroupSize, columns - start)), scheme, stored[index], rowOffsets[group], codes.AsSpan(index * groupBytes, groupBytes));
            }
        });
        return new QuantizedMatrix(scheme, rows, columns, codes, stored, offsets);
    }

    /// <summary>Rounds scales to float16 and moves each zero point so that the smallest weight stays where it is.</summary>
    private static Half[] Store(float[] scales, float[] zeroPoints)
    {
        var stored = new Half[scales.Length];
        for (int i = 0; i < scales.Length; i++)
        {
            stored[i] = StoredScale.OfPositive(scales[i]);
            zeroPoints[i] *= scales[i] / (float)stored[i];
            scales[i] = (float)stored[i];
        }

        return stored;
    }
}
