using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// The block's scale d and the whole sub-scales k together, for levels without a minimum. With fixed levels a sub-block's error grows by
/// LevelSquare * (d k - s)^2 when its scale moves from the best s to d k: d is the candidate with the least sum of these. Then the neighbouring k are tried with
/// levels found anew, and d is fitted to all levels, and kept where that lowers the error.
/// </summary>
internal static class SubScales<TLanes, TVector, TLevels, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TLevels : struct, ILevels
    where TWeighting : IWeighting
{
    /// <summary>Fills Scale and WholeScale of <paramref name="batch"/>.</summary>
    /// <param name="batch">As the fit of single sub-blocks left it.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="low">Smallest sub-scale.</param>
    /// <param name="high">Largest sub-scale.</param>
    /// <param name="search">The candidates for d.</param>
    public static void Run(BlockBatch batch, TLevels levels, float low, float high, BlockSearch search)
    {
        ChooseScale(batch, low, high, search.Places);
        TVector error = TryNeighbours(batch, levels, TLanes.Create(low), TLanes.Create(high), search.NeighbourPairs);
        if (search.Refines)
        {
            Refit(batch, levels, error);
        }
    }

    private static void ChooseScale(BlockBatch batch, float low, float high, ReadOnlySpan<float> places)
    {
        TVector lowest = TLanes.Create(low), highest = TLanes.Create(high), none = TLanes.Create(0), smallest = none, largest = none;
        int count = batch.SubScale.Length;
        for (int sub = 0; sub < count; sub += TLanes.Width)
        {
            TVector scale = TLanes.Load(in batch.SubScale[sub], 0);
            smallest = TLanes.Min(scale, smallest);
            largest = TLanes.Max(scale, largest);
        }

        TVector extreme = TLanes.SelectGreater(TLanes.Subtract(none, smallest), largest, smallest, largest), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector best = none, bestCost = TLanes.Create(float.PositiveInfinity);
        foreach (float place in places)
        {
            TVector scale = HalfRounding.Round<TLanes, TVector>(TLanes.Divide(extreme, TLanes.Create(place)), normalizer), inverse = Reciprocal.Of<TLanes, TVector>(scale), cost = none;
            for (int sub = 0; sub < count; sub += TLanes.Width)
            {
                TVector wanted = TLanes.Load(in batch.SubScale[sub], 0);
                TVector whole = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(wanted, inverse)), highest), lowest);
                TVector off = TLanes.Subtract(TLanes.Multiply(scale, whole), wanted);
                cost = TLanes.MultiplyAdd(TLanes.Multiply(TLanes.Load(in batch.LevelSquare[sub], 0), off), off, cost);
            }

            best = TLanes.SelectGreater(bestCost, cost, scale, best);
            bestCost = TLanes.SelectGreater(bestCost, cost, cost, bestCost);
        }

        TLanes.Store(best, ref batch.Scale[0], 0);
    }

    /// <summary>The best of the whole sub-scales about each wanted one: the two beside it, then the two beside those, and so on. Returns the error of the blocks.</summary>
    private static TVector TryNeighbours(BlockBatch batch, TLevels levels, TVector lowest, TVector highest, int pairs)
    {
        TVector scale = TLanes.Load(in batch.Scale[0], 0), inverse = Reciprocal.Of<TLanes, TVector>(scale), total = TLanes.Create(0);
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector exact = TLanes.Multiply(TLanes.Load(in batch.SubScale[sub], 0), inverse), nearest = TLanes.Round(exact);
            TVector side = TLanes.SelectGreater(exact, nearest, TLanes.Create(1), TLanes.Create(-1)), error = TLanes.Create(float.PositiveInfinity);
            for (int pair = 0; pair < pairs; pair++)
            {
                TVector below = TLanes.MultiplyAdd(side, TLanes.Create(-pair), nearest), above = TLanes.MultiplyAdd(side, TLanes.Create(pair + 1), nearest);
                below = TLanes.Max(TLanes.Min(below, highest), lowest);
                above = TLanes.Max(TLanes.Min(above, highest), lowest);
                error = TryBoth(batch, levels, sub, below, above, scale, error);
            }

            total = TLanes.Add(total, error);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector TryBoth(BlockBatch batch, TLevels levels, int sub, TVector wholeA, TVector wholeB, TVector scale, TVector error)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width, start = sub * batch.Shape.SubBlockElements;
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        TVector scaleA = TLanes.Multiply(scale, wholeA), scaleB = TLanes.Multiply(scale, wholeB), inverseA = Reciprocal.Of<TLanes, TVector>(scaleA), inverseB = Reciprocal.Of<TLanes, TVector>(scaleB);
        TVector errorA = TLanes.Create(0), errorB = errorA, productA = errorA, productB = errorA, squareA = errorA, squareB = errorA;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, inverseA)), value, weight, scaleA, ref errorA, ref productA, ref squareA);
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, inverseB)), value, weight, scaleB, ref errorB, ref productB, ref squareB);
        }

        TVector whole = TLanes.SelectGreater(errorA, errorB, wholeB, wholeA), product = TLanes.SelectGreater(errorA, errorB, productB, productA);
        TVector square = TLanes.SelectGreater(errorA, errorB, squareB, squareA), better = TLanes.Min(errorA, errorB);
        Replace(error, better, whole, ref batch.WholeScale[sub]);
        Replace(error, better, product, ref batch.LevelProduct[sub]);
        Replace(error, better, square, ref batch.LevelSquare[sub]);
        return TLanes.Min(error, better);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Replace(TVector error, TVector better, TVector value, ref float kept) =>
        TLanes.Store(TLanes.SelectGreater(error, better, value, TLanes.Load(in kept, 0)), ref kept, 0);

    private static void Refit(BlockBatch batch, TLevels levels, TVector error)
    {
        TVector none = TLanes.Create(0), product = none, square = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            TVector whole = TLanes.Load(in batch.WholeScale[sub], 0);
            product = TLanes.MultiplyAdd(whole, TLanes.Load(in batch.LevelProduct[sub], 0), product);
            square = TLanes.MultiplyAdd(TLanes.Multiply(whole, TLanes.Load(in batch.LevelSquare[sub], 0)), whole, square);
        }

        TVector present = TLanes.Load(in batch.Scale[0], 0), normalizer = TLanes.Load(in batch.Normalizer[0], 0);
        TVector fitted = HalfRounding.Round<TLanes, TVector>(TLanes.SelectGreater(square, none, TLanes.Divide(product, square), none), normalizer), total = none;
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            total = TLanes.Add(total, Measure(batch, levels, sub, TLanes.Multiply(fitted, TLanes.Load(in batch.WholeScale[sub], 0))));
        }

        TLanes.Store(TLanes.SelectGreater(error, total, fitted, present), ref batch.Scale[0], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Measure(BlockBatch batch, TLevels levels, int sub, TVector scale)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width, start = sub * batch.Shape.SubBlockElements;
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        TVector inverse = Reciprocal.Of<TLanes, TVector>(scale), error = TLanes.Create(0), product = error, square = error;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, inverse)), value, weight, scale, ref error, ref product, ref square);
        }

        TLanes.Store(product, ref batch.LevelProduct[sub], 0);
        TLanes.Store(square, ref batch.LevelSquare[sub], 0);
        return error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector level, TVector value, TVector weight, TVector scale, ref TVector error, ref TVector product, ref TVector square)
    {
        TVector off = TLanes.Subtract(value, TLanes.Multiply(scale, level)), counted = TWeighting.Weighted ? TLanes.Multiply(weight, level) : level;
        error = TLanes.MultiplyAdd(TWeighting.Weighted ? TLanes.Multiply(weight, off) : off, off, error);
        product = TLanes.MultiplyAdd(counted, value, product);
        square = TLanes.MultiplyAdd(counted, level, square);
    }
}
