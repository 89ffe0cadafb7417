using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>Fills a <see cref="GroupBatch"/>: weights side by side, normalization, the plain scale and the zero points to try.</summary>
internal static class GroupGathering
{
    /// <summary>Takes groups <paramref name="firstGroup"/> and on, counted row by row; lanes past the last group are zero.</summary>
    public static void Gather<TLanes, TVector>(
        GroupBatch batch, ReadOnlySpan<float> weights, int columns, QuantizationScheme scheme, ReadOnlySpan<float> importance, int firstGroup)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int length = scheme.GroupSize;
        if (columns % length == 0 && (long)(firstGroup + TLanes.Width) * length <= weights.Length)
        {
            Transposition.Transpose(weights.Slice(firstGroup * length, TLanes.Width * length), length, batch.Weights, TLanes.Width);
        }
        else
        {
            GatherOneByOne(batch.Weights, weights, columns, scheme, firstGroup, TLanes.Width);
        }

        FindRange<TLanes, TVector>(batch, scheme);
        if (importance.IsEmpty)
        {
            Normalize<TLanes, TVector>(batch);
        }
        else
        {
            GatherImportance(batch.Importance, importance, scheme, firstGroup, TLanes.Width);
            NormalizeWeighted<TLanes, TVector>(batch);
        }
    }

    private static void GatherOneByOne(
        Span<float> destination, ReadOnlySpan<float> weights, int columns, QuantizationScheme scheme, int firstGroup, int width)
    {
        int groupsPerRow = scheme.GroupsPerRow(columns), rows = weights.Length / columns;
        for (int lane = 0; lane < width; lane++)
        {
            (int row, int inRow) = Math.DivRem(firstGroup + lane, groupsPerRow);
            int start = inRow * scheme.GroupSize;
            ReadOnlySpan<float> source = row < rows ? weights.Slice((row * columns) + start, Math.Min(scheme.GroupSize, columns - start)) : [];
            for (int i = 0; i < scheme.GroupSize; i++)
            {
                destination[(i * width) + lane] = i < source.Length ? source[i] : 0;
            }
        }
    }

    private static void GatherImportance(Span<float> destination, ReadOnlySpan<float> importance, QuantizationScheme scheme, int firstGroup, int width)
    {
        int groupsPerRow = scheme.GroupsPerRow(importance.Length);
        for (int lane = 0; lane < width; lane++)
        {
            int start = (firstGroup + lane) % groupsPerRow * scheme.GroupSize;
            for (int i = 0; i < scheme.GroupSize; i++)
            {
                destination[(i * width) + lane] = start + i < importance.Length ? importance[start + i] : 1;
            }
        }
    }

    private static void FindRange<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), low = none, high = none;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        for (int at = 0; at < batch.Weights.Length; at += TLanes.Width)
        {
            TVector weight = TLanes.Load(in weights, at);
            low = TLanes.Min(weight, low);
            high = TLanes.Max(weight, high);
        }

        TVector below = TLanes.Multiply(low, TLanes.Create(-1)), largest = TLanes.Max(below, high);
        TVector normalizer = TLanes.PowerOfTwoReciprocal(largest);
        TLanes.Store(normalizer, ref batch.Normalizer[0], 0);
        if (scheme.Symmetric)
        {
            Symmetric<TLanes, TVector>(batch, scheme, TLanes.SelectGreater(high, below, TLanes.Create(1), none), TLanes.Multiply(largest, normalizer));
        }
        else
        {
            Asymmetric<TLanes, TVector>(batch, scheme, TLanes.Multiply(below, normalizer), TLanes.Multiply(high, normalizer));
        }
    }

    /// <summary>The code 0, which lies farthest from the middle, goes to the weight of largest magnitude; <paramref name="mirrored"/> is 1 where that is positive.</summary>
    private static void Symmetric<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, TVector mirrored, TVector largest)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), middle = TLanes.Create(scheme.MiddleCode), mirroredMiddle = TLanes.Create(scheme.MiddleCode - 1);
        TVector inverse = TLanes.Divide(middle, TLanes.SelectGreater(largest, none, largest, middle));
        TLanes.Store(inverse, ref batch.InverseScale[0], 0);
        TLanes.Store(TLanes.SelectGreater(mirrored, none, mirroredMiddle, middle), ref batch.Zero[0], 0);
        TLanes.Store(TLanes.SelectGreater(mirrored, none, middle, mirroredMiddle), ref batch.OtherZero[0], 0);
    }

    /// <summary>Zero is the whole number nearest to the exact zero point of the range from -<paramref name="below"/> to <paramref name="high"/>, OtherZero its neighbour across that point.</summary>
    private static void Asymmetric<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, TVector below, TVector high)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), one = TLanes.Create(1), highest = TLanes.Create(scheme.MaxCode);
        TVector range = TLanes.Add(below, high);
        TVector inverse = TLanes.Divide(highest, TLanes.SelectGreater(range, none, range, highest));
        TVector exact = TLanes.Min(TLanes.Multiply(below, inverse), highest), nearest = TLanes.Round(exact);
        TVector neighbour = TLanes.Add(nearest, TLanes.SelectGreater(nearest, exact, TLanes.Create(-1), one));
        TLanes.Store(inverse, ref batch.InverseScale[0], 0);
        TLanes.Store(nearest, ref batch.Zero[0], 0);
        TLanes.Store(TLanes.Max(TLanes.Min(neighbour, highest), none), ref batch.OtherZero[0], 0);
    }

    private static void Normalize<TLanes, TVector>(GroupBatch batch)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector normalizer = TLanes.Load(in batch.Normalizer[0], 0), energy = TLanes.Create(0), oddEnergy = energy;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        for (int at = 0; at < batch.Weights.Length; at += 2 * TLanes.Width)
        {
            TVector weight = TLanes.Multiply(TLanes.Load(in weights, at), normalizer);
            TLanes.Store(weight, ref weights, at);
            energy = TLanes.MultiplyAdd(weight, weight, energy);

            weight = TLanes.Multiply(TLanes.Load(in weights, at + TLanes.Width), normalizer);
            TLanes.Store(weight, ref weights, at + TLanes.Width);
            oddEnergy = TLanes.MultiplyAdd(weight, weight, oddEnergy);
        }

        TLanes.Store(TLanes.Add(energy, oddEnergy), ref batch.Energy[0], 0);
    }

    private static void NormalizeWeighted<TLanes, TVector>(GroupBatch batch)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector normalizer = TLanes.Load(in batch.Normalizer[0], 0), energy = TLanes.Create(0);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        ref float importance = ref MemoryMarshal.GetArrayDataReference(batch.Importance);
        ref float weighted = ref MemoryMarshal.GetArrayDataReference(batch.WeightedWeights);
        for (int at = 0; at < batch.Weights.Length; at += TLanes.Width)
        {
            TVector weight = TLanes.Multiply(TLanes.Load(in weights, at), normalizer);
            TVector product = TLanes.Multiply(weight, TLanes.Load(in importance, at));
            TLanes.Store(weight, ref weights, at);
            TLanes.Store(product, ref weighted, at);
            energy = TLanes.MultiplyAdd(weight, product, energy);
        }

        TLanes.Store(energy, ref batch.Energy[0], 0);
    }
}
