namespace ModelPack.Quantization;

/// <summary>
/// The inverse scales that the search tries, as multiples of the one that spans the whole range of a group. The ends hold the optimum of normal and of
/// heavy-tailed groups, the counts leave less than 1 % of the squared error to an exhaustive search.
/// </summary>
internal static class ScaleGrid
{
    private const int WideGroup = 128;

    private static readonly float[] SymmetricTwoBit = Reciprocals(0.45f, 1.35f, 12);
    private static readonly float[] TwoBit = Reciprocals(0.40f, 1.05f, 12);
    private static readonly float[] SymmetricFourBit = Reciprocals(0.80f, 1.15f, 9);
    private static readonly float[] SymmetricFourBitWide = Reciprocals(0.60f, 1.15f, 13);
    private static readonly float[] FourBit = Reciprocals(0.80f, 1.08f, 8);
    private static readonly float[] FourBitWide = Reciprocals(0.60f, 1.08f, 12);
    private static readonly float[] SymmetricEightBit = Reciprocals(0.98f, 1.02f, 8);
    private static readonly float[] EightBit = Reciprocals(0.98f, 1.01f, 7);

    /// <summary>Multiples of the plain inverse scale, in the order they are tried.</summary>
    public static ReadOnlySpan<float> For(QuantizationScheme scheme) => (scheme.Bits, scheme.Symmetric, scheme.GroupSize >= WideGroup) switch
    {
        (2, true, _) => SymmetricTwoBit,
        (2, false, _) => TwoBit,
        (4, true, false) => SymmetricFourBit,
        (4, true, true) => SymmetricFourBitWide,
        (4, false, false) => FourBit,
        (4, false, true) => FourBitWide,
        (_, true, _) => SymmetricEightBit,
        _ => EightBit,
    };

    private static float[] Reciprocals(float first, float last, int count)
    {
        var multiples = new float[count];
        for (int i = 0; i < count; i++)
        {
            multiples[i] = 1 / (first + ((last - first) * i / (count - 1)));
        }

        return multiples;
    }
}
