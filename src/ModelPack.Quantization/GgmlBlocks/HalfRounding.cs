using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Rounding to float16 in lanes, ties to even, subnormal numbers included; what overflows saturates.</summary>
internal static class HalfRounding
{
    private const float Largest = 65504;
    private const float SmallestNormal = 1f / (1 << 14);
    private const float Mantissa = 1 << 10;

    /// <summary>The float16 nearest to value / normalizer, times normalizer, which is a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Round<TLanes, TVector>(TVector value, TVector normalizer)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector largest = TLanes.Create(Largest), none = TLanes.Create(0);
        TVector stored = TLanes.Max(TLanes.Min(TLanes.Divide(value, normalizer), largest), TLanes.Subtract(none, largest));
        TVector magnitude = TLanes.Max(TLanes.Max(stored, TLanes.Subtract(none, stored)), TLanes.Create(SmallestNormal));
        TVector steps = TLanes.Multiply(TLanes.PowerOfTwoReciprocal(magnitude), TLanes.Create(Mantissa));
        return TLanes.Multiply(TLanes.Divide(TLanes.Round(TLanes.Multiply(stored, steps)), steps), normalizer);
    }
}
