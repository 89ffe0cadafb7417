using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Quantizes blocks without a minimum, as many at a time as there are lanes.</summary>
internal static class ScaledBlocks<TLanes, TVector, TLevels, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TLevels : struct, ILevels
    where TWeighting : IWeighting
{
    /// <summary>Arguments as <see cref="BlockEncoder.Encode"/> checked them.</summary>
    public static void Run(BlockShape shape, TLevels levels, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, BlockFields output)
    {
        var batch = new BlockBatch(TLanes.Width, shape, TWeighting.Weighted);
        BlockSearch search = BlockSearch.Of(shape.Format, TWeighting.Weighted);
        for (int first = 0; first < output.Scales.Length; first += TLanes.Width)
        {
            BlockGathering.Gather<TLanes, TVector>(batch, values, importance, first);
            ScaleFit<TLanes, TVector, TLevels, TWeighting>.Run(batch, levels, search);
            if (shape.SubScaleBits > 0)
            {
                float beyond = 1 << (shape.SubScaleBits - 1);
                SubScales<TLanes, TVector, TLevels, TWeighting>.Run(batch, levels, -beyond, beyond - 1, search);
            }
            else
            {
                TVector scale = HalfRounding.Round<TLanes, TVector>(TLanes.Load(in batch.SubScale[0], 0), TLanes.Load(in batch.Normalizer[0], 0));
                TLanes.Store(scale, ref batch.Scale[0], 0);
                TLanes.Store(TLanes.Create(1), ref batch.WholeScale[0], 0);
            }

            Finish(batch);
            Write(batch, levels, first, Math.Min(TLanes.Width, output.Scales.Length - first), values, in output);
        }
    }

    private static void Finish(BlockBatch batch)
    {
        TVector product = TLanes.Create(0), decoded = product, block = TLanes.Load(in batch.Scale[0], 0), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector scale = TLanes.Multiply(block, TLanes.Load(in batch.WholeScale[sub], 0));
            product = TLanes.MultiplyAdd(scale, TLanes.Load(in batch.LevelProduct[sub], 0), product);
            decoded = TLanes.MultiplyAdd(TLanes.Multiply(scale, scale), TLanes.Load(in batch.LevelSquare[sub], 0), decoded);
            TLanes.Store(TLanes.Multiply(Reciprocal.Of<TLanes, TVector>(scale), normalizer), ref batch.CodeInverse[sub], 0);
        }

        block = TLanes.Divide(block, normalizer);
        TVector factor = batch.Emphasized ? TLanes.Create(1) : Lengthening.Factor<TLanes, TVector>(block, product, decoded, TLanes.Load(in batch.Energy[0], 0));
        TLanes.Store(TLanes.Multiply(block, factor), ref batch.StoredScale[0], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Write(BlockBatch batch, TLevels levels, int first, int blocks, ReadOnlySpan<float> values, in BlockFields output)
    {
        BlockShape shape = batch.Shape;
        int length = shape.SubBlockElements, subBlocks = shape.SubBlocks, start = first * shape.Elements, count = blocks * shape.Elements;
        Span<Half> scales = output.Scales.Slice(first, blocks);
        Span<sbyte> subScales = shape.SubScaleBits > 0 ? output.SubScales.Slice(first * subBlocks, blocks * subBlocks) : default;
        ref float source = ref MemoryMarshal.GetReference(values.Slice(start, count));
        ref byte codes = ref MemoryMarshal.GetReference(output.Codes.Slice(start, count));
        for (int lane = 0; lane < blocks; lane++)
        {
            scales[lane] = StoredScale.OfOffset(batch.StoredScale[lane]);
            for (int sub = 0; sub < subBlocks; sub++)
            {
                int at = (sub * TLanes.Width) + lane;
                if (!subScales.IsEmpty)
                {
                    subScales[(lane * subBlocks) + sub] = (sbyte)batch.WholeScale[at];
                }

                TVector inverse = TLanes.Create(batch.CodeInverse[at]);
                for (int i = 0; i < length; i += TLanes.Width)
                {
                    TLanes.StoreBytes(levels.Code<TLanes, TVector>(TLanes.Multiply(TLanes.Load(in source, i), inverse)), ref Unsafe.Add(ref codes, i));
                }

                source = ref Unsafe.Add(ref source, length);
                codes = ref Unsafe.Add(ref codes, length);
            }
        }
    }
}
