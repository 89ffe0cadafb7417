using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Packing.Quantizing;

/// <summary>Finds NaN and infinities.</summary>
internal static class FiniteCheck
{
    private const uint ExponentBits = 0x7F800000;

    /// <summary>Index of the first value that is NaN or infinite, or -1.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        int i = 0;
        for (; i + Vector256<uint>.Count <= bits.Length; i += Vector256<uint>.Count)
        {
            Vector256<uint> exponents = Vector256.Create(bits.Slice(i, Vector256<uint>.Count)) & Vector256.Create(ExponentBits);
            if (Vector256.EqualsAny(exponents, Vector256.Create(ExponentBits)))
            {
                break;
            }
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & ExponentBits) == ExponentBits)
            {
                return i;
            }
        }

        return -1;
    }
}
