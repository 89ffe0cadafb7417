using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Quantization.Awq;

/// <summary>e^T H e for a diagonal block H of a larger matrix.</summary>
internal static class QuadraticForm
{
    // Sums run in as many lanes on every machine, so that they are the same everywhere.
    private const int Lanes = 8;

    /// <summary>The form.</summary>
    /// <param name="vector">e.</param>
    /// <param name="matrix">From the first element of the block on, row-major.</param>
    /// <param name="stride">Elements from one row of the matrix to the next.</param>
    public static double Of(ReadOnlySpan<float> vector, ReadOnlySpan<float> matrix, int stride)
    {
        Span<float> lanes = stackalloc float[Lanes];
        double sum = 0;
        for (int i = 0; i < vector.Length; i++)
        {
            ReadOnlySpan<float> row = matrix.Slice(i * stride, vector.Length);
            lanes.Clear();
            int done = Vector256.IsHardwareAccelerated ? Eights(row, vector, lanes) : 0;
            OneByOne(row, vector, lanes, done);
            float product = 0;
            foreach (float lane in lanes)
            {
                product += lane;
            }

            sum += (double)vector[i] * product;
        }

        return sum;
    }

    /// <summary>The scalar reference, from <paramref name="first"/> on.</summary>
    internal static void OneByOne(ReadOnlySpan<float> row, ReadOnlySpan<float> vector, Span<float> lanes, int first)
    {
        for (int i = first; i < row.Length; i++)
        {
            lanes[i % Lanes] += row[i] * vector[i];
        }
    }

    internal static int Eights(ReadOnlySpan<float> row, ReadOnlySpan<float> vector, Span<float> lanes)
    {
        ref float left = ref MemoryMarshal.GetReference(row);
        ref float right = ref MemoryMarshal.GetReference(vector);
        Vector256<float> sums = default;
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            sums += Vector256.LoadUnsafe(ref left, (nuint)i) * Vector256.LoadUnsafe(ref right, (nuint)i);
        }

        sums.CopyTo(lanes);
        return i;
    }
}
