namespace ModelPack.Quantization.Activations;

/// <summary>
/// Keeps int8 weights safe on processors without dot products of bytes. There (<c>vpmaddubsw</c>: AVX2, AVX-512 without VNNI) two neighbouring
/// products of a uint8 activation and an int8 weight are added in 16 bits and saturate; 255 (w0 + w1) fits as long as the positive parts of the
/// two weights add up to at most 128, and the negative parts too. That loses far less than 7-bit weights everywhere. Pure.
/// </summary>
public static class PairLimit
{
    /// <summary>Largest sum of two neighbouring codes of one sign: 255 * 128 = 32640 is the last multiple of 255 that fits 16 bits.</summary>
    public const int Limit = 128;

    /// <summary>True when no uint8 activations can overflow a pair (0, 1), (2, 3) ...</summary>
    /// <param name="codes">Weights of one output in the order of the product's inner dimension.</param>
    public static bool Holds(ReadOnlySpan<sbyte> codes)
    {
        for (int i = 0; i + 1 < codes.Length; i += 2)
        {
            if (Excess(codes[i], codes[i + 1]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves both codes of every pair beyond the limit toward zero, the one more that is odd from the larger.</summary>
    public static void Apply(Span<sbyte> codes)
    {
        for (int i = 0; i + 1 < codes.Length; i += 2)
        {
            int excess = Excess(codes[i], codes[i + 1]);
            if (excess > 0)
            {
                int sign = Math.Sign(codes[i]);
                bool firstLarger = Math.Abs((int)codes[i]) >= Math.Abs((int)codes[i + 1]);
                int fromFirst = firstLarger ? (excess + 1) / 2 : excess / 2;
                codes[i] = (sbyte)(codes[i] - (sign * fromFirst));
                codes[i + 1] = (sbyte)(codes[i + 1] - (sign * (excess - fromFirst)));
            }
        }
    }

    private static int Excess(int first, int second) => Math.Sign(first) == Math.Sign(second) ? Math.Abs(first + second) - Limit : 0;
}
