using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>The sixteen values of IQ4_NL and IQ4_XS.</summary>
public readonly struct TableLevels : ILevels
{
    private static readonly float[] Levels = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Where one value's neighbourhood ends and the next one's begins; no lane comes to the last one.</summary>
    private static readonly float[] Thresholds = [.. Levels.Zip(Levels.Skip(1), (low, high) => (low + high) / 2), float.MaxValue];

    // A quadratic on either side of Centre brings the thresholds to k + 0.5, within 0.04: rounding then finds the only threshold that matters.
    private const float Centre = 1.95f, Slope = 0.0894539f, Bend = -0.00022847f, Shift = 7.243119f;

    /// <summary>The values, by code.</summary>
    public static ReadOnlySpan<float> Values => Levels;

    float ILevels.Extreme => Levels[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TVector ILevels.Nearest<TLanes, TVector>(TVector position) => TLanes.Lookup(in Levels[0], Index<TLanes, TVector>(position));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TVector ILevels.Code<TLanes, TVector>(TVector position) => Index<TLanes, TVector>(position);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Index<TLanes, TVector>(TVector position)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector within = TLanes.Max(TLanes.Min(position, TLanes.Create(113)), TLanes.Create(-127));
        TVector centred = TLanes.Add(within, TLanes.Create(Centre)), magnitude = TLanes.Max(centred, TLanes.Subtract(TLanes.Create(0), centred));
        TVector even = TLanes.MultiplyAdd(centred, TLanes.MultiplyAdd(magnitude, TLanes.Create(Bend), TLanes.Create(Slope)), TLanes.Create(Shift));
        TVector below = TLanes.Max(TLanes.Min(TLanes.Round(even), TLanes.Create(14)), TLanes.Create(0));
        return TLanes.SelectGreater(TLanes.Lookup(in Thresholds[0], below), within, below, TLanes.Add(below, TLanes.Create(1)));
    }
}
