using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// The block's scale d and minimum e and the whole sub-scales k and sub-minimums n together. With fixed codes a sub-block's error is a quadratic form
/// of its scale and minimum, so pairs of d and e are compared without looking at the values; then the k beside each wanted one are tried with codes
/// found anew, and d and e are fitted to all codes, and kept where that lowers the error.
/// </summary>
internal static class SubRanges<TLanes, TVector, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TWeighting : IWeighting
{
    /// <summary>Fills Scale, Minimum, WholeScale and WholeMinimum of <paramref name="batch"/>.</summary>
    /// <param name="batch">As the fit of single sub-blocks left it.</param>
    /// <param name="places">Where the largest sub-scale and the largest sub-minimum are put, in units of d and e.</param>
    public static void Run(BlockBatch batch, ReadOnlySpan<float> places)
    {
        ChoosePair(batch, places);
        TVector error = TryNeighbours(batch);
        Refit(batch, error);
    }

    private static void ChoosePair(BlockBatch batch, ReadOnlySpan<float> places)
    {
        TVector none = TLanes.Create(0), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector largestScale = Largest(batch.SubScale), largestMinimum = Largest(batch.SubMinimum);
        TVector mostScale = TLanes.Create((1 << batch.Shape.SubScaleBits) - 1), mostMinimum = TLanes.Create((1 << batch.Shape.SubMinimumBits) - 1);
        TVector bestScale = none, bestMinimum = none, bestCost = TLanes.Create(float.PositiveInfinity);
        for (int i = 0; i < places.Length; i++)
        {
            TVector wanted = TLanes.Divide(largestMinimum, TLanes.Create(places[i]));
            TLanes.Store(HalfRounding.Round<TLanes, TVector>(wanted, normalizer), ref batch.Candidates[i * TLanes.Width], 0);
        }

        foreach (float place in places)
        {
            TVector scale = HalfRounding.Round<TLanes, TVector>(TLanes.Divide(largestScale, TLanes.Create(place)), normalizer);
            TVector fixedCost = PlaceScales(batch, scale, mostScale);
            for (int i = 0; i < places.Length; i++)
            {
                TVector minimum = TLanes.Load(in batch.Candidates[i * TLanes.Width], 0);
                TVector cost = TLanes.Add(fixedCost, MinimumCost(batch, minimum, mostMinimum));
                bestScale = TLanes.SelectGreater(bestCost, cost, scale, bestScale);
                bestMinimum = TLanes.SelectGreater(bestCost, cost, minimum, bestMinimum);
                bestCost = TLanes.SelectGreater(bestCost, cost, cost, bestCost);
            }
        }

        TLanes.Store(bestScale, ref batch.Scale[0], 0);
        TLanes.Store(bestMinimum, ref batch.Minimum[0], 0);
    }

    private static TVector Largest(float[] values)
    {
        TVector largest = TLanes.Create(0);
        for (int at = 0; at < values.Length; at += TLanes.Width)
        {
            largest = TLanes.Max(largest, TLanes.Load(in values[at], 0));
        }

        return largest;
    }

    /// <summary>Puts the minimum that is best beside each rounded sub-scale into TrialMinimum and returns the error that remains with it.</summary>
    private static TVector PlaceScales(BlockBatch batch, TVector scale, TVector most)
    {
        TVector inverse = Reciprocal.Of<TLanes, TVector>(scale), none = TLanes.Create(0), cost = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector wanted = TLanes.Load(in batch.SubScale[sub], 0), sum = TLanes.Load(in batch.LevelSum[sub], 0);
            TVector whole = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(wanted, inverse)), most), none);
            TVector off = TLanes.Subtract(TLanes.Multiply(scale, whole), wanted), mean = TLanes.Divide(sum, TLanes.Load(in batch.WeightSum[sub], 0));
            TVector variance = TLanes.Subtract(TLanes.Load(in batch.LevelSquare[sub], 0), TLanes.Multiply(mean, sum));
            cost = TLanes.MultiplyAdd(TLanes.Multiply(variance, off), off, cost);
            TLanes.Store(TLanes.MultiplyAdd(off, mean, TLanes.Load(in batch.SubMinimum[sub], 0)), ref batch.TrialMinimum[sub], 0);
        }

        return cost;
    }

    private static TVector MinimumCost(BlockBatch batch, TVector minimum, TVector most)
    {
        TVector inverse = Reciprocal.Of<TLanes, TVector>(minimum), none = TLanes.Create(0), cost = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector wanted = TLanes.Load(in batch.TrialMinimum[sub], 0);
            TVector whole = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(wanted, inverse)), most), none);
            TVector off = TLanes.Subtract(TLanes.Multiply(minimum, whole), wanted);
            cost = TLanes.MultiplyAdd(TLanes.Multiply(TLanes.Load(in batch.WeightSum[sub], 0), off), off, cost);
        }

        return cost;
    }

    /// <summary>The better one of the two whole sub-scales beside each wanted one, each with its best whole sub-minimum. Returns the error of the blocks.</summary>
    private static TVector TryNeighbours(BlockBatch batch)
    {
        TVector none = TLanes.Create(0), one = TLanes.Create(1), scale = TLanes.Load(in batch.Scale[0], 0), minimum = TLanes.Load(in batch.Minimum[0], 0);
        TVector inverse = Reciprocal.Of<TLanes, TVector>(scale), inverseMinimum = Reciprocal.Of<TLanes, TVector>(minimum), total = none;
        TVector mostScale = TLanes.Create((1 << batch.Shape.SubScaleBits) - 1), mostMinimum = TLanes.Create((1 << batch.Shape.SubMinimumBits) - 1);
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector wanted = TLanes.Load(in batch.SubScale[sub], 0), wantedMinimum = TLanes.Load(in batch.SubMinimum[sub], 0);
            TVector meanLevel = TLanes.Divide(TLanes.Load(in batch.LevelSum[sub], 0), TLanes.Load(in batch.WeightSum[sub], 0));
            TVector exact = TLanes.Multiply(wanted, inverse), nearest = TLanes.Round(exact);
            TVector other = TLanes.Add(nearest, TLanes.SelectGreater(exact, nearest, one, TLanes.Create(-1)));
            nearest = TLanes.Max(TLanes.Min(nearest, mostScale), none);
            other = TLanes.Max(TLanes.Min(other, mostScale), none);
            TVector minimumA = TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Multiply(scale, nearest), wanted), meanLevel, wantedMinimum);
            TVector minimumB = TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Multiply(scale, other), wanted), meanLevel, wantedMinimum);
            TVector wholeA = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(minimumA, inverseMinimum)), mostMinimum), none);
            TVector wholeB = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(minimumB, inverseMinimum)), mostMinimum), none);
            total = TLanes.Add(total, Better(batch, sub, nearest, wholeA, other, wholeB, scale, minimum));
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Better(BlockBatch batch, int sub, TVector wholeA, TVector wholeMinimumA, TVector wholeB, TVector wholeMinimumB, TVector scale, TVector minimum)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width, start = sub * batch.Shape.SubBlockElements;
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        TVector none = TLanes.Create(0), highest = TLanes.Create(batch.Shape.MaxCode);
        TVector scaleA = TLanes.Multiply(scale, wholeA), scaleB = TLanes.Multiply(scale, wholeB), inverseA = Reciprocal.Of<TLanes, TVector>(scaleA), inverseB = Reciprocal.Of<TLanes, TVector>(scaleB);
        TVector minimumA = TLanes.Multiply(minimum, wholeMinimumA), minimumB = TLanes.Multiply(minimum, wholeMinimumB);
        Sums a = Sums.Zero, b = Sums.Zero;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            a.Add(value, weight, scaleA, inverseA, minimumA, highest, none);
            b.Add(value, weight, scaleB, inverseB, minimumB, highest, none);
        }

        TLanes.Store(TLanes.SelectGreater(a.Error, b.Error, wholeB, wholeA), ref batch.WholeScale[sub], 0);
        TLanes.Store(TLanes.SelectGreater(a.Error, b.Error, wholeMinimumB, wholeMinimumA), ref batch.WholeMinimum[sub], 0);
        TLanes.Store(TLanes.SelectGreater(a.Error, b.Error, b.Level, a.Level), ref batch.LevelSum[sub], 0);
        TLanes.Store(TLanes.SelectGreater(a.Error, b.Error, b.Square, a.Square), ref batch.LevelSquare[sub], 0);
        TLanes.Store(TLanes.SelectGreater(a.Error, b.Error, b.Product, a.Product), ref batch.LevelProduct[sub], 0);
        return TLanes.Min(a.Error, b.Error);
    }

    private static void Refit(BlockBatch batch, TVector error)
    {
        TVector none = TLanes.Create(0), square = none, cross = none, constant = none, product = none, value = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector whole = TLanes.Load(in batch.WholeScale[sub], 0), wholeMinimum = TLanes.Load(in batch.WholeMinimum[sub], 0);
            square = TLanes.MultiplyAdd(TLanes.Multiply(whole, whole), TLanes.Load(in batch.LevelSquare[sub], 0), square);
            cross = TLanes.MultiplyAdd(TLanes.Multiply(whole, wholeMinimum), TLanes.Load(in batch.LevelSum[sub], 0), cross);
            constant = TLanes.MultiplyAdd(TLanes.Multiply(wholeMinimum, wholeMinimum), TLanes.Load(in batch.WeightSum[sub], 0), constant);
            product = TLanes.MultiplyAdd(whole, TLanes.Load(in batch.LevelProduct[sub], 0), product);
            value = TLanes.MultiplyAdd(wholeMinimum, TLanes.Load(in batch.ValueSum[sub], 0), value);
        }

        // d square - e cross = product, d cross - e constant = value.
        TVector presentScale = TLanes.Load(in batch.Scale[0], 0), presentMinimum = TLanes.Load(in batch.Minimum[0], 0), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector determinant = TLanes.Subtract(TLanes.Multiply(square, constant), TLanes.Multiply(cross, cross));
        TVector scale = TLanes.Divide(TLanes.Subtract(TLanes.Multiply(product, constant), TLanes.Multiply(value, cross)), determinant);
        TVector minimum = TLanes.Divide(TLanes.Subtract(TLanes.Multiply(product, cross), TLanes.Multiply(value, square)), determinant);
        scale = TLanes.SelectGreater(determinant, none, scale, TLanes.SelectGreater(square, none, TLanes.Divide(product, square), presentScale));
        minimum = TLanes.SelectGreater(determinant, none, minimum, presentMinimum);
        scale = HalfRounding.Round<TLanes, TVector>(TLanes.Max(scale, none), normalizer);
        minimum = HalfRounding.Round<TLanes, TVector>(TLanes.Max(minimum, none), normalizer);
        TVector total = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            total = TLanes.Add(total, Measure(batch, sub, TLanes.Multiply(scale, TLanes.Load(in batch.WholeScale[sub], 0)), TLanes.Multiply(minimum, TLanes.Load(in batch.WholeMinimum[sub], 0))));
        }

        TLanes.Store(TLanes.SelectGreater(error, total, scale, presentScale), ref batch.Scale[0], 0);
        TLanes.Store(TLanes.SelectGreater(error, total, minimum, presentMinimum), ref batch.Minimum[0], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Measure(BlockBatch batch, int sub, TVector scale, TVector minimum)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width, start = sub * batch.Shape.SubBlockElements;
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        TVector none = TLanes.Create(0), highest = TLanes.Create(batch.Shape.MaxCode), inverse = Reciprocal.Of<TLanes, TVector>(scale);
        Sums sums = Sums.Zero;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            sums.Add(value, weight, scale, inverse, minimum, highest, none);
        }

        TLanes.Store(sums.Level, ref batch.LevelSum[sub], 0);
        TLanes.Store(sums.Square, ref batch.LevelSquare[sub], 0);
        TLanes.Store(sums.Product, ref batch.LevelProduct[sub], 0);
        return sums.Error;
    }

    private struct Sums
    {
        public TVector Error;
        public TVector Level;
        public TVector Square;
        public TVector Product;

        public static Sums Zero => new() { Error = TLanes.Create(0), Level = TLanes.Create(0), Square = TLanes.Create(0), Product = TLanes.Create(0) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TVector value, TVector weight, TVector scale, TVector inverse, TVector minimum, TVector highest, TVector none)
        {
            TVector shifted = TLanes.Add(value, minimum);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(shifted, inverse)), highest), none);
            TVector off = TLanes.Subtract(shifted, TLanes.Multiply(scale, level)), counted = TWeighting.Weighted ? TLanes.Multiply(weight, level) : level;
            Error = TLanes.MultiplyAdd(TWeighting.Weighted ? TLanes.Multiply(weight, off) : off, off, Error);
            Level = TLanes.Add(Level, counted);
            Square = TLanes.MultiplyAdd(counted, level, Square);
            Product = TLanes.MultiplyAdd(counted, value, Product);
        }
    }
}
