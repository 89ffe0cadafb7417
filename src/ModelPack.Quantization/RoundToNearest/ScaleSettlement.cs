using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>From the codes that the search found to the scale that is stored, and to the thresholds that the stored scale's codes keep.</summary>
internal static class ScaleSettlement
{
    /// <summary>
    /// How much more an error along the weights themselves counts than one across them. The least-squares scale makes every group, and so every
    /// layer's output, shorter by the share of the error; a network suffers more from that common loss than from the same error at random.
    /// Chosen by the KL divergence of docs/fidelity.md: without it, 2 bits lose a third more, 4 bits a tenth. At 2 bits the other errors are
    /// so large that no more than this is worth paying for it.
    /// </summary>
    private const float ShrinkagePenalty = 10;

    private const float TwoBitShrinkagePenalty = 3;

    /// <summary>Fills CodeInverse and CodeZero of <paramref name="batch"/> and the stored scales of its first lanes.</summary>
    public static void Settle<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, Span<Half> scales)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        SettleLanes<TLanes, TVector>(batch, scheme);
        for (int lane = 0; lane < scales.Length; lane++)
        {
            Half stored = StoredScale.Of(batch.Scale[lane]);
            scales[lane] = stored;
            batch.CodeInverse[lane] = batch.Stretch[lane] / ((float)stored * batch.Normalizer[lane]);
        }
    }

    private static void SettleLanes<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), one = TLanes.Create(1), middle = TLanes.Create(scheme.MiddleCode);
        float penalty = scheme.Bits == 2 ? TwoBitShrinkagePenalty : ShrinkagePenalty;
        TVector product = TLanes.Load(in batch.BestProduct[0], 0), energy = TLanes.Load(in batch.Energy[0], 0);
        TVector zero = TLanes.Load(in batch.BestZero[0], 0), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector share = TLanes.Multiply(TLanes.Create(penalty), TLanes.Divide(product, energy));
        TVector below = TLanes.MultiplyAdd(share, product, TLanes.Load(in batch.BestSquare[0], 0));
        TVector scale = TLanes.Divide(TLanes.Multiply(product, TLanes.Create(1 + penalty)), below);

        // The stored scale is a little longer than the step the codes were found with; at 8 bits by nothing that matters, and codes are the nearest ones.
        TVector stretch = scheme.Bits == 8 ? one : TLanes.Multiply(scale, TLanes.Load(in batch.BestInverse[0], 0));
        TVector sign = one;
        if (scheme.Symmetric)
        {
            sign = TLanes.SelectGreater(middle, zero, TLanes.Create(-1), one);
            zero = middle;
        }

        TVector stored = TLanes.Divide(TLanes.Multiply(scale, sign), normalizer);
        TLanes.Store(TLanes.SelectGreater(product, none, stored, one), ref batch.Scale[0], 0);
        TLanes.Store(TLanes.SelectGreater(product, none, stretch, one), ref batch.Stretch[0], 0);
        TLanes.Store(TLanes.SelectGreater(product, none, zero, middle), ref batch.CodeZero[0], 0);
    }
}
