using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>
/// Finds, for one group a lane, the inverse scale and zero point whose codes have the direction of the weights: with levels l = code - zero point they
/// maximize (sum w l)^2 / sum l^2, the squared cosine. The least-squares error over all scales falls as that grows, so the scale itself is settled afterwards.
/// </summary>
internal static class ScaleSearch
{
    /// <summary>
    /// Fills the Best arrays of <paramref name="batch"/>: the multiples of its InverseScale are tried with Zero (at 2 bits with OtherZero too: with more
    /// codes it gains less than 0.2 %), then one step of Lloyd's from the best, with both.
    /// </summary>
    public static void Run<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector none = TLanes.Create(0), unit = TLanes.Load(in batch.InverseScale[0], 0);
        TLanes.Store(none, ref batch.BestScore[0], 0);
        TLanes.Store(none, ref batch.BestProduct[0], 0);
        TLanes.Store(none, ref batch.BestSquare[0], 0);
        TLanes.Store(unit, ref batch.BestInverse[0], 0);
        TLanes.Store(TLanes.Load(in batch.Zero[0], 0), ref batch.BestZero[0], 0);
        bool both = scheme.Bits == 2;
        foreach (float multiple in ScaleGrid.For(scheme))
        {
            Try<TLanes, TVector>(batch, scheme, TLanes.Multiply(unit, TLanes.Create(multiple)), both);
        }

        TVector product = TLanes.Load(in batch.BestProduct[0], 0), square = TLanes.Load(in batch.BestSquare[0], 0);
        Try<TLanes, TVector>(batch, scheme, TLanes.SelectGreater(product, none, TLanes.Divide(square, product), unit), both: true);
    }

    private static void Try<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, TVector inverse, bool both)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TLanes.Store(inverse, ref batch.Inverse[0], 0);
        if (batch.Importance.Length != 0)
        {
            MeasureWeighted<TLanes, TVector>(batch, scheme.GroupSize, scheme.MaxCode);
        }
        else if (both)
        {
            MeasureBoth<TLanes, TVector>(batch, scheme.GroupSize, scheme.MaxCode);
        }
        else
        {
            Measure<TLanes, TVector>(batch, scheme.GroupSize, scheme.MaxCode);
        }

        Pick<TLanes, TVector>(batch, batch.Zero, batch.Product, batch.Square);
        if (both || batch.Importance.Length != 0)
        {
            Pick<TLanes, TVector>(batch, batch.OtherZero, batch.OtherProduct, batch.OtherSquare);
        }
    }

    /// <summary>Sums over the group for Zero; even and odd weights are summed apart, which shortens the chains of dependent additions.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Measure<TLanes, TVector>(GroupBatch batch, int length, int maxCode)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector inverse = TLanes.Load(in batch.Inverse[0], 0);
        TVector low = TLanes.Multiply(TLanes.Load(in batch.Zero[0], 0), TLanes.Create(-1)), high = TLanes.Add(low, TLanes.Create(maxCode));
        TVector product = TLanes.Create(0), square = product, oddProduct = product, oddSquare = product;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        for (int at = 0; at < length * TLanes.Width; at += 2 * TLanes.Width)
        {
            TVector weight = TLanes.Load(in weights, at);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(weight, inverse)), high), low);
            product = TLanes.MultiplyAdd(weight, level, product);
            square = TLanes.MultiplyAdd(level, level, square);

            weight = TLanes.Load(in weights, at + TLanes.Width);
            level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(weight, inverse)), high), low);
            oddProduct = TLanes.MultiplyAdd(weight, level, oddProduct);
            oddSquare = TLanes.MultiplyAdd(level, level, oddSquare);
        }

        TLanes.Store(TLanes.Add(product, oddProduct), ref batch.Product[0], 0);
        TLanes.Store(TLanes.Add(square, oddSquare), ref batch.Square[0], 0);
    }

    /// <summary>The same for Zero and OtherZero at once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MeasureBoth<TLanes, TVector>(GroupBatch batch, int length, int maxCode)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector inverse = TLanes.Load(in batch.Inverse[0], 0);
        TVector low = TLanes.Multiply(TLanes.Load(in batch.Zero[0], 0), TLanes.Create(-1)), high = TLanes.Add(low, TLanes.Create(maxCode));
        TVector otherLow = TLanes.Multiply(TLanes.Load(in batch.OtherZero[0], 0), TLanes.Create(-1)), otherHigh = TLanes.Add(otherLow, TLanes.Create(maxCode));
        TVector product = TLanes.Create(0), square = product, otherProduct = product, otherSquare = product;
        TVector oddProduct = product, oddSquare = product, oddOtherProduct = product, oddOtherSquare = product;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        for (int at = 0; at < length * TLanes.Width; at += 2 * TLanes.Width)
        {
            TVector weight = TLanes.Load(in weights, at);
            TVector rounded = TLanes.Round(TLanes.Multiply(weight, inverse));
            TVector level = TLanes.Max(TLanes.Min(rounded, high), low);
            product = TLanes.MultiplyAdd(weight, level, product);
            square = TLanes.MultiplyAdd(level, level, square);
            level = TLanes.Max(TLanes.Min(rounded, otherHigh), otherLow);
            otherProduct = TLanes.MultiplyAdd(weight, level, otherProduct);
            otherSquare = TLanes.MultiplyAdd(level, level, otherSquare);

            weight = TLanes.Load(in weights, at + TLanes.Width);
            rounded = TLanes.Round(TLanes.Multiply(weight, inverse));
            level = TLanes.Max(TLanes.Min(rounded, high), low);
            oddProduct = TLanes.MultiplyAdd(weight, level, oddProduct);
            oddSquare = TLanes.MultiplyAdd(level, level, oddSquare);
            level = TLanes.Max(TLanes.Min(rounded, otherHigh), otherLow);
            oddOtherProduct = TLanes.MultiplyAdd(weight, level, oddOtherProduct);
            oddOtherSquare = TLanes.MultiplyAdd(level, level, oddOtherSquare);
        }

        TLanes.Store(TLanes.Add(product, oddProduct), ref batch.Product[0], 0);
        TLanes.Store(TLanes.Add(square, oddSquare), ref batch.Square[0], 0);
        TLanes.Store(TLanes.Add(otherProduct, oddOtherProduct), ref batch.OtherProduct[0], 0);
        TLanes.Store(TLanes.Add(otherSquare, oddOtherSquare), ref batch.OtherSquare[0], 0);
    }

    /// <summary>The same for Zero and OtherZero with importances.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MeasureWeighted<TLanes, TVector>(GroupBatch batch, int length, int maxCode)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector inverse = TLanes.Load(in batch.Inverse[0], 0);
        TVector low = TLanes.Multiply(TLanes.Load(in batch.Zero[0], 0), TLanes.Create(-1)), high = TLanes.Add(low, TLanes.Create(maxCode));
        TVector otherLow = TLanes.Multiply(TLanes.Load(in batch.OtherZero[0], 0), TLanes.Create(-1)), otherHigh = TLanes.Add(otherLow, TLanes.Create(maxCode));
        TVector product = TLanes.Create(0), square = product, otherProduct = product, otherSquare = product;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        ref float importances = ref MemoryMarshal.GetArrayDataReference(batch.Importance);
        ref float weighted = ref MemoryMarshal.GetArrayDataReference(batch.WeightedWeights);
        for (int at = 0; at < length * TLanes.Width; at += TLanes.Width)
        {
            TVector importance = TLanes.Load(in importances, at), weight = TLanes.Load(in weighted, at);
            TVector rounded = TLanes.Round(TLanes.Multiply(TLanes.Load(in weights, at), inverse));
            TVector level = TLanes.Max(TLanes.Min(rounded, high), low);
            product = TLanes.MultiplyAdd(weight, level, product);
            square = TLanes.MultiplyAdd(TLanes.Multiply(level, importance), level, square);
            level = TLanes.Max(TLanes.Min(rounded, otherHigh), otherLow);
            otherProduct = TLanes.MultiplyAdd(weight, level, otherProduct);
            otherSquare = TLanes.MultiplyAdd(TLanes.Multiply(level, importance), level, otherSquare);
        }

        TLanes.Store(product, ref batch.Product[0], 0);
        TLanes.Store(square, ref batch.Square[0], 0);
        TLanes.Store(otherProduct, ref batch.OtherProduct[0], 0);
        TLanes.Store(otherSquare, ref batch.OtherSquare[0], 0);
    }

    private static void Pick<TLanes, TVector>(GroupBatch batch, float[] zeros, float[] products, float[] squares)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector product = TLanes.Load(in products[0], 0), square = TLanes.Load(in squares[0], 0);
        TVector best = TLanes.Load(in batch.BestScore[0], 0), score = TLanes.Divide(TLanes.Multiply(product, product), square);
        TLanes.Store(TLanes.SelectGreater(score, best, score, best), ref batch.BestScore[0], 0);
        Replace<TLanes, TVector>(score, best, batch.Inverse, batch.BestInverse);
        Replace<TLanes, TVector>(score, best, zeros, batch.BestZero);
        Replace<TLanes, TVector>(score, best, products, batch.BestProduct);
        Replace<TLanes, TVector>(score, best, squares, batch.BestSquare);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Replace<TLanes, TVector>(TVector score, TVector best, float[] values, float[] kept)
        where TLanes : ILanes<TVector>
        where TVector : struct =>
        TLanes.Store(TLanes.SelectGreater(score, best, TLanes.Load(in values[0], 0), TLanes.Load(in kept[0], 0)), ref kept[0], 0);
}
