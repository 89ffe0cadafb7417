using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>1 / scale, and 0 for a scale with which nothing but zero can be coded.</summary>
internal static class Reciprocal
{
    // Beside a normalized block's largest value, which is near one, a smaller scale decodes to nothing; its reciprocal would overflow in products.
    private const float Vanishing = 1e-18f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector>(TVector scale)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), magnitude = TLanes.Max(scale, TLanes.Subtract(none, scale));
        return TLanes.SelectGreater(magnitude, TLanes.Create(Vanishing), TLanes.Divide(TLanes.Create(1), scale), none);
    }
}
