using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Quantization.CodeBooks;

/// <summary>
/// Rounds every weight to the nearest value of a table scaled by the largest magnitude of its group (NF4, FP4). Pure, single-threaded and
/// thread-safe: a row's result depends on that row alone, and is the same on every machine.
/// </summary>
/// <remarks>A group of zeros gets scale 1. Scales are rounded to float16 before the codes are chosen; what float16 cannot hold saturates.</remarks>
public static class CodeBookQuantizer
{
    private const int WeightsAtOnce = 8;

    /// <summary>Quantizes whole rows.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="scheme">A grid of 4-bit floats and its group size.</param>
    /// <param name="codes">[rows, CodeBytesPerRow], written.</param>
    /// <param name="scales">[rows, GroupsPerRow], written; positive.</param>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">A length that does not fit the number of rows, or another grid.</exception>
    public static void QuantizeRows(ReadOnlySpan<float> weights, int columns, QuantizationScheme scheme, Span<byte> codes, Span<Half> scales)
    {
        int rows = RowLayout.CountRows(scheme, columns, weights.Length, codes.Length, scales.Length, zeroPoints: 0);
        CodeBook book = CodeBook.Of(scheme.Grid);
        FiniteCheck.RequireFinite(weights, columns);
        int groups = scheme.GroupsPerRow(columns), groupBytes = scheme.GroupSize / 2;
        Span<byte> unpacked = stackalloc byte[scheme.GroupSize];
        for (int row = 0; row < rows; row++)
        {
            for (int group = 0; group < groups; group++)
            {
                int index = (row * groups) + group, start = group * scheme.GroupSize;
                ReadOnlySpan<float> values = weights.Slice((row * columns) + start, Math.Min(scheme.GroupSize, columns - start));
                scales[index] = StoredScale.OfPositive(Largest(values));
                unpacked.Fill(book.Zero);
                Encode(book, values, (float)scales[index], unpacked);
                Pack(unpacked, codes.Slice(index * groupBytes, groupBytes));
            }
        }
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private static void Encode(CodeBook book, ReadOnlySpan<float> values, float scale, Span<byte> unpacked)
    {
        int done = Vector256.IsHardwareAccelerated ? EncodeEights(book, values, scale, unpacked) : 0;
        EncodeOneByOne(book, values, scale, unpacked, done);
    }

    /// <summary>The scalar reference, from <paramref name="first"/> on.</summary>
    internal static void EncodeOneByOne(CodeBook book, ReadOnlySpan<float> values, float scale, Span<byte> unpacked, int first)
    {
        for (int i = first; i < values.Length; i++)
        {
            float share = values[i] / scale;
            int below = 0;
            foreach (float threshold in book.Thresholds)
            {
                below += share > threshold ? 1 : 0;
            }

            unpacked[i] = book.Codes[below];
        }
    }

    private static int EncodeEights(CodeBook book, ReadOnlySpan<float> values, float scale, Span<byte> unpacked)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector256<float> scales = Vector256.Create(scale);
        int i = 0;
        for (; i <= values.Length - WeightsAtOnce; i += WeightsAtOnce)
        {
            Vector256<float> share = Vector256.LoadUnsafe(ref start, (nuint)i) / scales;
            Vector256<int> below = default;
            foreach (float threshold in book.Thresholds)
            {
                // A lane that is greater is -1.
                below -= Vector256.GreaterThan(share, Vector256.Create(threshold)).AsInt32();
            }

            for (int lane = 0; lane < WeightsAtOnce; lane++)
            {
                unpacked[i + lane] = book.Codes[below[lane]];
            }
        }

        return i;
    }

    private static void Pack(ReadOnlySpan<byte> unpacked, Span<byte> packed)
    {
        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] = (byte)((unpacked[2 * i] << 4) | unpacked[(2 * i) + 1]);
        }
    }
}
