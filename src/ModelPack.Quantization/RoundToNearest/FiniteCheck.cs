using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelPack.Quantization;

/// <summary>Finds weights that are NaN or infinite.</summary>
internal static class FiniteCheck
{
    private const int ExponentBits = 0x7F800000;

    /// <exception cref="NonFiniteWeightException">The first weight that is NaN or infinite, with its row and column.</exception>
    public static void RequireFinite(ReadOnlySpan<float> weights, int columns)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(weights);
        var exponent = new Vector<int>(ExponentBits);
        Vector<int> bad = default;
        int i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            bad |= Vector.Equals(new Vector<int>(bits[i..]) & exponent, exponent);
        }

        bool found = bad != default;
        for (; i < bits.Length; i++)
        {
            found |= (bits[i] & ExponentBits) == ExponentBits;
        }

        if (found)
        {
            ThrowFirst(weights, columns);
        }
    }

    private static void ThrowFirst(ReadOnlySpan<float> weights, int columns)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!float.IsFinite(weights[i]))
            {
                throw new NonFiniteWeightException(i / columns, i % columns, weights[i]);
            }
        }
    }
}
