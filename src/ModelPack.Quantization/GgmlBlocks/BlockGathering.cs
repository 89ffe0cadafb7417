using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Fills a <see cref="BlockBatch"/>.</summary>
internal static class BlockGathering
{
    /// <summary>Takes blocks <paramref name="first"/> and on, counted row by row; lanes past the last block are zero.</summary>
    public static void Gather<TLanes, TVector>(BlockBatch batch, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, int first)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int elements = batch.Shape.Elements, count = elements * TLanes.Width;
        ReadOnlySpan<float> rest = values[(first * elements)..];
        Transposition.Transpose(rest.Length >= count ? rest[..count] : Padded(batch.Staging, rest), elements, batch.Values, TLanes.Width);
        Normalize<TLanes, TVector>(batch);
        if (!importance.IsEmpty)
        {
            int start = first * elements % importance.Length;
            ReadOnlySpan<float> row = importance[start..];
            Transposition.Transpose(row.Length >= count ? row[..count] : Repeated(batch.Staging, importance, start), elements, batch.Importance, TLanes.Width);
            if (batch.Emphasized)
            {
                Emphasize<TLanes, TVector>(batch);
            }

            Weigh<TLanes, TVector>(batch);
        }
    }

    private static ReadOnlySpan<float> Padded(Span<float> staging, ReadOnlySpan<float> values)
    {
        values.CopyTo(staging);
        staging[values.Length..].Clear();
        return staging;
    }

    private static ReadOnlySpan<float> Repeated(Span<float> staging, ReadOnlySpan<float> importance, int start)
    {
        Span<float> rest = staging;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<float> source = importance.Slice(start, Math.Min(rest.Length, importance.Length - start));
            source.CopyTo(rest);
            rest = rest[source.Length..];
            start = 0;
        }

        return staging;
    }

    private static void Normalize<TLanes, TVector>(BlockBatch batch)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector low = TLanes.Create(0), high = low;
        ref float values = ref MemoryMarshal.GetArrayDataReference(batch.Values);
        for (int at = 0; at < batch.Values.Length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at);
            low = TLanes.Min(value, low);
            high = TLanes.Max(value, high);
        }

        TVector normalizer = TLanes.PowerOfTwoReciprocal(TLanes.Max(TLanes.Subtract(TLanes.Create(0), low), high));
        TLanes.Store(normalizer, ref batch.Normalizer[0], 0);
        TVector energy = TLanes.Create(0), oddEnergy = energy;
        for (int at = 0; at < batch.Values.Length; at += 2 * TLanes.Width)
        {
            TVector value = TLanes.Multiply(TLanes.Load(in values, at), normalizer), next = TLanes.Multiply(TLanes.Load(in values, at + TLanes.Width), normalizer);
            energy = TLanes.MultiplyAdd(value, value, energy);
            oddEnergy = TLanes.MultiplyAdd(next, next, oddEnergy);
            TLanes.Store(value, ref values, at);
            TLanes.Store(next, ref values, at + TLanes.Width);
        }

        TLanes.Store(TLanes.Add(energy, oddEnergy), ref batch.Energy[0], 0);
    }

    /// <summary>
    /// Importance times 2 r + |x| with the root mean square r of the sub-block: the larger values count up to some times more. Importances are those of inputs one by one;
    /// scales that follow them alone come closer by their measure and no closer in what the model predicts (docs/gguf-blocks.md).
    /// </summary>
    private static void Emphasize<TLanes, TVector>(BlockBatch batch)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width;
        TVector none = TLanes.Create(0), one = TLanes.Create(1), share = TLanes.Create(4f / batch.Shape.SubBlockElements);
        for (int start = 0; start < batch.Values.Length; start += length)
        {
            ref float values = ref batch.Values[start];
            ref float importance = ref batch.Importance[start];
            TVector square = none;
            for (int at = 0; at < length; at += TLanes.Width)
            {
                TVector value = TLanes.Load(in values, at);
                square = TLanes.MultiplyAdd(value, value, square);
            }

            TVector inverse = Reciprocal.Of<TLanes, TVector>(TLanes.SquareRoot(TLanes.Multiply(square, share)));
            for (int at = 0; at < length; at += TLanes.Width)
            {
                TVector value = TLanes.Load(in values, at), magnitude = TLanes.Max(value, TLanes.Subtract(none, value));
                TLanes.Store(TLanes.Multiply(TLanes.Load(in importance, at), TLanes.MultiplyAdd(magnitude, inverse, one)), ref importance, at);
            }
        }
    }

    private static void Weigh<TLanes, TVector>(BlockBatch batch)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector energy = TLanes.Create(0);
        ref float values = ref MemoryMarshal.GetArrayDataReference(batch.Values);
        ref float importance = ref MemoryMarshal.GetArrayDataReference(batch.Importance);
        ref float weighted = ref MemoryMarshal.GetArrayDataReference(batch.Weighted);
        for (int at = 0; at < batch.Values.Length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), counted = TLanes.Multiply(value, TLanes.Load(in importance, at));
            energy = TLanes.MultiplyAdd(counted, value, energy);
            TLanes.Store(counted, ref weighted, at);
        }

        TLanes.Store(energy, ref batch.Energy[0], 0);
    }
}
