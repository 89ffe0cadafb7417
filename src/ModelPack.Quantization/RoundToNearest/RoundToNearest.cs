using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>
/// Round-to-nearest with searched scales and zero points. Pure, single-threaded and thread-safe: a row's result depends on that row alone,
/// and is the same on every machine.
/// </summary>
/// <remarks>
/// A group of zeros gets scale 1 and the middle zero point. A scale too large for float16 saturates at 65504 and clips its group; one too small
/// becomes the smallest float16 above zero. Weights past the end of a row are coded as the zero point.
/// </remarks>
public static class RoundToNearest
{
    /// <summary>Quantizes whole rows.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="scheme">Bits, group size, with zero points or without.</param>
    /// <param name="importance">[columns], finite and not negative: the weight of each input's squared error; empty when all count the same.</param>
    /// <param name="codes">[rows, CodeBytesPerRow], written.</param>
    /// <param name="scales">[rows, GroupsPerRow], written; finite, never zero, negative ones are legal.</param>
    /// <param name="zeroPoints">[rows, ZeroPointBytesPerRow], written; empty when symmetric.</param>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">A length that does not fit the number of rows, or an importance that is negative or not finite.</exception>
    public static void QuantizeRows(
        ReadOnlySpan<float> weights,
        int columns,
        QuantizationScheme scheme,
        ReadOnlySpan<float> importance,
        Span<byte> codes,
        Span<Half> scales,
        Span<byte> zeroPoints)
    {
        RowLayout.CountRows(scheme, columns, weights.Length, codes.Length, scales.Length, zeroPoints.Length);
        if (scheme.Grid is not (CodeGrid.Symmetric or CodeGrid.ZeroPoints))
        {
            throw new ArgumentException($"Codes are whole multiples of a scale, not of the grid {scheme.Grid}.", nameof(scheme));
        }

        FiniteCheck.RequireFinite(weights, columns);
        ReadOnlySpan<float> counts = ImportanceScaling.Normalize(importance, columns);
        if (Vector512.IsHardwareAccelerated)
        {
            GroupQuantizer.Run<Lanes16, Vector512<float>>(weights, columns, scheme, counts, codes, scales, zeroPoints);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            GroupQuantizer.Run<Lanes8, Vector256<float>>(weights, columns, scheme, counts, codes, scales, zeroPoints);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            GroupQuantizer.Run<Lanes4, Vector128<float>>(weights, columns, scheme, counts, codes, scales, zeroPoints);
        }
        else
        {
            GroupQuantizer.Run<Lanes1, float>(weights, columns, scheme, counts, codes, scales, zeroPoints);
        }
    }
}
