using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Whole numbers from <paramref name="Low"/> to <paramref name="High"/>; the code is the number plus <paramref name="Middle"/>.</summary>
internal readonly record struct UniformLevels(float Low, float High, float Middle) : ILevels
{
    public float Extreme => Low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Nearest<TLanes, TVector>(TVector position)
        where TLanes : ILanes<TVector>
        where TVector : struct =>
        TLanes.Max(TLanes.Min(TLanes.Round(position), TLanes.Create(High)), TLanes.Create(Low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Code<TLanes, TVector>(TVector position)
        where TLanes : ILanes<TVector>
        where TVector : struct =>
        TLanes.Add(Nearest<TLanes, TVector>(position), TLanes.Create(Middle));
}
