using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// The scale of least (weighted) squared error of every sub-block by itself, for levels without a minimum. For given levels l of values x the best scale
/// is sum(x l) / sum(l l), and what it takes away from the error is sum(x l)^2 / sum(l l): the inverse scale whose levels take away most is kept,
/// out of a fixed list around the plain choice, and then improved by going to its own best scale.
/// </summary>
internal static class ScaleFit<TLanes, TVector, TLevels, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TLevels : struct, ILevels
    where TWeighting : IWeighting
{
    /// <summary>Fills SubScale, LevelProduct and LevelSquare of <paramref name="batch"/>.</summary>
    /// <param name="batch">Gathered.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="search">The candidates.</param>
    public static void Run(BlockBatch batch, TLevels levels, BlockSearch search)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width;
        for (int sub = 0; sub < batch.Shape.SubBlocks; sub++)
        {
            RunOne(batch, levels, search, sub * length, length, sub * TLanes.Width);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOne(BlockBatch batch, TLevels levels, BlockSearch search, int start, int length, int sub)
    {
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        ref float weighted = ref TWeighting.Weighted ? ref batch.Weighted[start] : ref values;
        TVector none = TLanes.Create(0), reciprocal = Reciprocal.Of<TLanes, TVector>(Extreme(ref values, length));
        Best best = new() { Inverse = none, Product = none, Square = TLanes.Create(1) };
        ReadOnlySpan<float> starts = search.Starts;
        for (int i = 0; i < starts.Length; i += 4)
        {
            TryFour(
                ref values, ref importance, ref weighted, length, levels,
                TLanes.Multiply(reciprocal, TLanes.Create(starts[i])), TLanes.Multiply(reciprocal, TLanes.Create(starts[i + 1])),
                TLanes.Multiply(reciprocal, TLanes.Create(starts[i + 2])), TLanes.Multiply(reciprocal, TLanes.Create(starts[i + 3])), ref best);
        }

        if (search.Refines)
        {
            TVector magnitude = TLanes.Max(best.Product, TLanes.Subtract(none, best.Product));
            TVector own = TLanes.SelectGreater(magnitude, none, TLanes.Divide(best.Square, best.Product), none);
            TryOne(ref values, ref importance, ref weighted, length, levels, own, ref best);
        }

        TLanes.Store(TLanes.Divide(best.Product, best.Square), ref batch.SubScale[sub], 0);
        TLanes.Store(best.Product, ref batch.LevelProduct[sub], 0);
        TLanes.Store(best.Square, ref batch.LevelSquare[sub], 0);
    }

    /// <summary>The value of largest magnitude; the positive one of two.</summary>
    private static TVector Extreme(ref float values, int length)
    {
        TVector low = TLanes.Create(0), high = low;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at);
            low = TLanes.Min(value, low);
            high = TLanes.Max(value, high);
        }

        return TLanes.SelectGreater(TLanes.Subtract(TLanes.Create(0), low), high, low, high);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TryFour(
        ref float values, ref float importance, ref float weighted, int length, TLevels levels, TVector a, TVector b, TVector c, TVector d, ref Best best)
    {
        TVector productA = TLanes.Create(0), productB = productA, productC = productA, productD = productA;
        TVector squareA = productA, squareB = productA, squareC = productA, squareD = productA;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), counted = TWeighting.Weighted ? TLanes.Load(in weighted, at) : value;
            TVector weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, a)), counted, weight, ref productA, ref squareA);
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, b)), counted, weight, ref productB, ref squareB);
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, c)), counted, weight, ref productC, ref squareC);
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, d)), counted, weight, ref productD, ref squareD);
        }

        best.Take(a, productA, squareA);
        best.Take(b, productB, squareB);
        best.Take(c, productC, squareC);
        best.Take(d, productD, squareD);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TryOne(ref float values, ref float importance, ref float weighted, int length, TLevels levels, TVector inverse, ref Best best)
    {
        TVector product = TLanes.Create(0), square = product, oddProduct = product, oddSquare = product;
        for (int at = 0; at < length; at += 2 * TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), counted = TWeighting.Weighted ? TLanes.Load(in weighted, at) : value;
            TVector weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, inverse)), counted, weight, ref product, ref square);

            int next = at + TLanes.Width;
            value = TLanes.Load(in values, next);
            counted = TWeighting.Weighted ? TLanes.Load(in weighted, next) : value;
            weight = TWeighting.Weighted ? TLanes.Load(in importance, next) : value;
            Add(levels.Nearest<TLanes, TVector>(TLanes.Multiply(value, inverse)), counted, weight, ref oddProduct, ref oddSquare);
        }

        best.Take(inverse, TLanes.Add(product, oddProduct), TLanes.Add(square, oddSquare));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector level, TVector counted, TVector weight, ref TVector product, ref TVector square)
    {
        product = TLanes.MultiplyAdd(counted, level, product);
        square = TLanes.MultiplyAdd(TWeighting.Weighted ? TLanes.Multiply(weight, level) : level, level, square);
    }

    private struct Best
    {
        public TVector Inverse;
        public TVector Product;
        public TVector Square;

        /// <summary>Keeps the lanes that take more away from the error: product^2 / square, compared without dividing. Sums of zero take nothing.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(TVector inverse, TVector product, TVector square)
        {
            TVector score = TLanes.Multiply(TLanes.Multiply(product, product), Square), best = TLanes.Multiply(TLanes.Multiply(Product, Product), square);
            Inverse = TLanes.SelectGreater(score, best, inverse, Inverse);
            Product = TLanes.SelectGreater(score, best, product, Product);
            Square = TLanes.SelectGreater(score, best, square, Square);
        }
    }
}
