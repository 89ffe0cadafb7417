using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Quantizes blocks with a minimum, as many at a time as there are lanes.</summary>
internal static class RangedBlocks<TLanes, TVector, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TWeighting : IWeighting
{
    /// <summary>Arguments as <see cref="BlockEncoder.Encode"/> checked them.</summary>
    public static void Run(BlockShape shape, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, BlockFields output)
    {
        var batch = new BlockBatch(TLanes.Width, shape, TWeighting.Weighted);
        BlockSearch search = BlockSearch.Of(shape.Format, TWeighting.Weighted);
        for (int first = 0; first < output.Scales.Length; first += TLanes.Width)
        {
            BlockGathering.Gather<TLanes, TVector>(batch, values, importance, first);
            RangeFit<TLanes, TVector, TWeighting>.Run(batch, search);
            if (shape.SubScaleBits > 0)
            {
                SubRanges<TLanes, TVector, TWeighting>.Run(batch, search.Places);
            }
            else
            {
                TVector normalizer = TLanes.Load(in batch.Normalizer[0], 0), one = TLanes.Create(1);
                TLanes.Store(HalfRounding.Round<TLanes, TVector>(TLanes.Load(in batch.SubScale[0], 0), normalizer), ref batch.Scale[0], 0);
                TLanes.Store(HalfRounding.Round<TLanes, TVector>(TLanes.Load(in batch.SubMinimum[0], 0), normalizer), ref batch.Minimum[0], 0);
                TLanes.Store(one, ref batch.WholeScale[0], 0);
                TLanes.Store(one, ref batch.WholeMinimum[0], 0);
            }

            Finish(batch);
            Write(batch, first, Math.Min(TLanes.Width, output.Scales.Length - first), values, in output);
        }
    }

    private static void Finish(BlockBatch batch)
    {
        TVector product = TLanes.Create(0), decoded = product, normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector block = TLanes.Load(in batch.Scale[0], 0), blockMinimum = TLanes.Load(in batch.Minimum[0], 0);
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            // Sums of (s q - m) x and of (s q - m)^2.
            TVector scale = TLanes.Multiply(block, TLanes.Load(in batch.WholeScale[sub], 0)), minimum = TLanes.Multiply(blockMinimum, TLanes.Load(in batch.WholeMinimum[sub], 0));
            TVector scaled = TLanes.Multiply(scale, TLanes.Load(in batch.LevelSum[sub], 0));
            product = TLanes.Add(product, TLanes.Subtract(
                TLanes.Multiply(scale, TLanes.Load(in batch.LevelProduct[sub], 0)), TLanes.Multiply(minimum, TLanes.Load(in batch.ValueSum[sub], 0))));
            TVector cross = TLanes.Subtract(TLanes.Multiply(minimum, TLanes.Load(in batch.WeightSum[sub], 0)), TLanes.Add(scaled, scaled));
            decoded = TLanes.Add(decoded, TLanes.MultiplyAdd(
                TLanes.Multiply(scale, scale), TLanes.Load(in batch.LevelSquare[sub], 0), TLanes.Multiply(minimum, cross)));
            TLanes.Store(TLanes.Multiply(Reciprocal.Of<TLanes, TVector>(scale), normalizer), ref batch.CodeInverse[sub], 0);
            TLanes.Store(TLanes.Divide(minimum, normalizer), ref batch.CodeMinimum[sub], 0);
        }

        block = TLanes.Divide(block, normalizer);
        blockMinimum = TLanes.Divide(blockMinimum, normalizer);
        TVector factor = batch.Emphasized ? TLanes.Create(1) : Lengthening.Factor<TLanes, TVector>(block, product, decoded, TLanes.Load(in batch.Energy[0], 0));
        TLanes.Store(TLanes.Multiply(block, factor), ref batch.StoredScale[0], 0);
        // Sub-minimums are subtracted, a block's own minimum is added.
        TVector sign = TLanes.Create(batch.Shape.SubMinimumBits > 0 ? 1 : -1);
        TLanes.Store(TLanes.Multiply(TLanes.Multiply(blockMinimum, factor), sign), ref batch.StoredMinimum[0], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Write(BlockBatch batch, int first, int blocks, ReadOnlySpan<float> values, in BlockFields output)
    {
        BlockShape shape = batch.Shape;
        int length = shape.SubBlockElements, subBlocks = shape.SubBlocks, start = first * shape.Elements, count = blocks * shape.Elements;
        Span<Half> scales = output.Scales.Slice(first, blocks), minimums = output.Minimums.Slice(first, blocks);
        Span<sbyte> subScales = shape.SubScaleBits > 0 ? output.SubScales.Slice(first * subBlocks, blocks * subBlocks) : default;
        Span<byte> subMinimums = shape.SubScaleBits > 0 ? output.SubMinimums.Slice(first * subBlocks, blocks * subBlocks) : default;
        ref float source = ref MemoryMarshal.GetReference(values.Slice(start, count));
        ref byte codes = ref MemoryMarshal.GetReference(output.Codes.Slice(start, count));
        TVector none = TLanes.Create(0), highest = TLanes.Create(shape.MaxCode);
        for (int lane = 0; lane < blocks; lane++)
        {
            scales[lane] = StoredScale.OfOffset(batch.StoredScale[lane]);
            minimums[lane] = StoredScale.OfOffset(batch.StoredMinimum[lane]);
            for (int sub = 0; sub < subBlocks; sub++)
            {
                int at = (sub * TLanes.Width) + lane;
                if (!subScales.IsEmpty)
                {
                    subScales[(lane * subBlocks) + sub] = (sbyte)batch.WholeScale[at];
                    subMinimums[(lane * subBlocks) + sub] = (byte)batch.WholeMinimum[at];
                }

                TVector inverse = TLanes.Create(batch.CodeInverse[at]), minimum = TLanes.Create(batch.CodeMinimum[at]);
                for (int i = 0; i < length; i += TLanes.Width)
                {
                    TVector shifted = TLanes.Add(TLanes.Load(in source, i), minimum);
                    TLanes.StoreBytes(TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(shifted, inverse)), highest), none), ref Unsafe.Add(ref codes, i));
                }

                source = ref Unsafe.Add(ref source, length);
                codes = ref Unsafe.Add(ref codes, length);
            }
        }
    }
}
