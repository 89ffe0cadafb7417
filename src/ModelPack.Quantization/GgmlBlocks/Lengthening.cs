using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// By how much stored scales are longer than the ones that codes are chosen with. Scales of least squares make every block, and so every
/// layer's output, shorter by the share of the error; a network suffers more from that common loss than from the same error at random. An error along the
/// values themselves therefore counts <see cref="Penalty"/> times more than one across them.
/// </summary>
internal static class Lengthening
{
    /// <summary>Chosen by the KL divergences of docs/gguf-blocks.md: more gains nothing at 4 bits and loses at 2.</summary>
    private const float Penalty = 3;

    // Below this float16 has less than 64 steps, and rounding would undo the factor or double it.
    private const float Coarse = 1f / (1 << 18);

    /// <summary>The factor of least penalized error; 1 where nothing is decoded, or where the scale is stored too coarsely.</summary>
    /// <param name="scale">The block's scale, in the unit of the values as they were given.</param>
    /// <param name="product">Sum over a block of weighted products of values and decoded values.</param>
    /// <param name="decoded">Sum of weighted squares of decoded values.</param>
    /// <param name="energy">Sum of weighted squares of values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Factor<TLanes, TVector>(TVector scale, TVector product, TVector decoded, TVector energy)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector share = TLanes.Multiply(TLanes.Create(Penalty), TLanes.Divide(product, energy));
        TVector factor = TLanes.Divide(TLanes.Multiply(product, TLanes.Create(1 + Penalty)), TLanes.MultiplyAdd(share, product, decoded));
        TVector none = TLanes.Create(0), one = TLanes.Create(1), magnitude = TLanes.Max(scale, TLanes.Subtract(none, scale));
        return TLanes.SelectGreater(magnitude, TLanes.Create(Coarse), TLanes.SelectGreater(product, none, factor, one), one);
    }
}
