using System.Runtime.CompilerServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// Scale s and minimum m of least (weighted) squared error of every sub-block by itself, for values s q - m with codes q from 0 on. Codes for given
/// s and m are the nearest ones, s and m for given codes a regression line: both are done in turn from several first ranges (Lloyd's iteration),
/// and the pair that explains most of the values' variance is kept.
/// </summary>
internal static class RangeFit<TLanes, TVector, TWeighting>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TWeighting : IWeighting
{
    /// <summary>Fills SubScale, SubMinimum and the sums of <paramref name="batch"/>.</summary>
    /// <param name="batch">Gathered.</param>
    /// <param name="search">First ranges and the changes that are tried.</param>
    public static void Run(BlockBatch batch, BlockSearch search)
    {
        for (int sub = 0; sub < batch.SubScale.Length; sub += TLanes.Width)
        {
            RunOne(batch, search.Starts, search.Changes, sub);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOne(BlockBatch batch, ReadOnlySpan<float> starts, ReadOnlySpan<float> changes, int sub)
    {
        int length = batch.Shape.SubBlockElements * TLanes.Width, start = sub * batch.Shape.SubBlockElements;
        ref float values = ref batch.Values[start];
        ref float importance = ref TWeighting.Weighted ? ref batch.Importance[start] : ref values;
        ref float weighted = ref TWeighting.Weighted ? ref batch.Weighted[start] : ref values;
        // Sub-minimums are stored without a sign; a block's own minimum has one.
        bool signed = batch.Shape.SubMinimumBits == 0;
        var problem = new Problem { Highest = TLanes.Create(batch.Shape.MaxCode), Least = TLanes.Create(signed ? float.NegativeInfinity : 0) };
        problem.Sum(ref values, ref importance, ref weighted, length);
        TVector none = TLanes.Create(0), low = signed ? problem.Low : TLanes.Min(problem.Low, none), range = TLanes.Subtract(problem.High, low);
        var best = new Best
        {
            Scale = none, LevelSquare = none, LevelSum = none, LevelProduct = none, Score = TLanes.Create(float.NegativeInfinity),
            Minimum = TLanes.Max(TLanes.Subtract(none, TLanes.Divide(problem.Values, problem.Weights)), problem.Least),
        };
        for (int i = 0; i < starts.Length; i += 2)
        {
            Line a = problem.Range(range, low, starts[i]), b = problem.Range(range, low, starts[i + 1]);
            RegressTwice(ref values, ref importance, ref weighted, length, in problem, a, b, ref best);
        }

        for (int i = 0; i < changes.Length; i += 4)
        {
            Line a = problem.Change(in best, changes[i], changes[i + 1]), b = problem.Change(in best, changes[i + 2], changes[i + 3]);
            RegressTwice(ref values, ref importance, ref weighted, length, in problem, a, b, ref best);
        }

        TLanes.Store(best.Scale, ref batch.SubScale[sub], 0);
        TLanes.Store(best.Minimum, ref batch.SubMinimum[sub], 0);
        TLanes.Store(best.LevelSquare, ref batch.LevelSquare[sub], 0);
        TLanes.Store(best.LevelSum, ref batch.LevelSum[sub], 0);
        TLanes.Store(best.LevelProduct, ref batch.LevelProduct[sub], 0);
        TLanes.Store(problem.Weights, ref batch.WeightSum[sub], 0);
        TLanes.Store(problem.Values, ref batch.ValueSum[sub], 0);
    }

    /// <summary>Two regressions from each of two lines; a second one often finds what the first just missed, a third one rarely.</summary>
    private static void RegressTwice(
        ref float values, ref float importance, ref float weighted, int length, in Problem problem, Line a, Line b, ref Best best)
    {
        Regress(ref values, ref importance, ref weighted, length, in problem, ref a, ref b, ref best);
        Regress(ref values, ref importance, ref weighted, length, in problem, ref a, ref b, ref best);
    }

    /// <summary>Codes for two lines, and the lines that are best for those codes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Regress(
        ref float values, ref float importance, ref float weighted, int length, in Problem problem, ref Line a, ref Line b, ref Best best)
    {
        TVector none = TLanes.Create(0), highest = problem.Highest, inverseA = Reciprocal.Of<TLanes, TVector>(a.Scale), inverseB = Reciprocal.Of<TLanes, TVector>(b.Scale);
        TVector shiftA = TLanes.Multiply(a.Minimum, inverseA), shiftB = TLanes.Multiply(b.Minimum, inverseB);
        TVector sumA = none, squareA = none, productA = none, sumB = none, squareB = none, productB = none;
        for (int at = 0; at < length; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in values, at), counted = TWeighting.Weighted ? TLanes.Load(in weighted, at) : value;
            TVector weight = TWeighting.Weighted ? TLanes.Load(in importance, at) : value;
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.MultiplyAdd(value, inverseA, shiftA)), highest), none);
            TVector part = TWeighting.Weighted ? TLanes.Multiply(weight, level) : level;
            sumA = TLanes.Add(sumA, part);
            squareA = TLanes.MultiplyAdd(part, level, squareA);
            productA = TLanes.MultiplyAdd(counted, level, productA);
            level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.MultiplyAdd(value, inverseB, shiftB)), highest), none);
            part = TWeighting.Weighted ? TLanes.Multiply(weight, level) : level;
            sumB = TLanes.Add(sumB, part);
            squareB = TLanes.MultiplyAdd(part, level, squareB);
            productB = TLanes.MultiplyAdd(counted, level, productB);
        }

        a = best.Take(in problem, sumA, squareA, productA);
        b = best.Take(in problem, sumB, squareB, productB);
    }

    /// <summary>Values are scale * code - minimum.</summary>
    private struct Line
    {
        public TVector Scale;
        public TVector Minimum;
    }

    /// <summary>What does not depend on the codes.</summary>
    private struct Problem
    {
        public TVector Highest;
        public TVector Least;
        public TVector Low;
        public TVector High;
        public TVector Weights;
        public TVector Values;

        public void Sum(ref float values, ref float importance, ref float weighted, int length)
        {
            TVector low = TLanes.Load(in values, 0), high = low, sum = TLanes.Create(0), weights = sum;
            for (int at = 0; at < length; at += TLanes.Width)
            {
                TVector value = TLanes.Load(in values, at);
                low = TLanes.Min(value, low);
                high = TLanes.Max(value, high);
                sum = TLanes.Add(sum, TWeighting.Weighted ? TLanes.Load(in weighted, at) : value);
                weights = TLanes.Add(weights, TWeighting.Weighted ? TLanes.Load(in importance, at) : TLanes.Create(1));
            }

            (Low, High, Weights, Values) = (low, high, weights, sum);
        }

        /// <summary>A share of the range about its middle.</summary>
        public readonly Line Range(TVector range, TVector low, float share)
        {
            TVector minimum = TLanes.Subtract(TLanes.Multiply(range, TLanes.Create((share - 1) / 2)), low);
            return new Line { Scale = TLanes.Divide(TLanes.Multiply(range, TLanes.Create(share)), Highest), Minimum = TLanes.Max(minimum, Least) };
        }

        /// <summary>The best line with its scale changed about the middle code and its minimum shifted by a part of the scale.</summary>
        public readonly Line Change(in Best best, float stretch, float shift)
        {
            TVector change = TLanes.Multiply(best.Scale, TLanes.Create(stretch)), middle = TLanes.Multiply(Highest, TLanes.Create(0.5f));
            TVector minimum = TLanes.MultiplyAdd(change, middle, TLanes.MultiplyAdd(best.Scale, TLanes.Create(shift), best.Minimum));
            return new Line { Scale = TLanes.Add(best.Scale, change), Minimum = TLanes.Max(minimum, Least) };
        }
    }

    private struct Best
    {
        public TVector Scale;
        public TVector Minimum;
        public TVector LevelSum;
        public TVector LevelSquare;
        public TVector LevelProduct;
        public TVector Score;

        /// <summary>The regression line of codes with these sums, kept in the lanes where it explains more than the best so far.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Line Take(in Problem problem, TVector sum, TVector square, TVector product)
        {
            TVector none = TLanes.Create(0), mean = TLanes.Divide(problem.Values, problem.Weights), meanLevel = TLanes.Divide(sum, problem.Weights);
            TVector covariance = TLanes.Subtract(product, TLanes.Multiply(mean, sum)), variance = TLanes.Subtract(square, TLanes.Multiply(meanLevel, sum));
            TVector scale = TLanes.SelectGreater(variance, none, TLanes.Divide(covariance, variance), none);
            TVector minimum = TLanes.Subtract(TLanes.Multiply(scale, meanLevel), mean);
            TVector explained = TLanes.Multiply(scale, covariance);

            // A minimum of the wrong sign becomes zero; without one, what the mean explains is lost.
            TVector onlyScale = TLanes.SelectGreater(square, none, TLanes.Divide(product, square), none);
            TVector onlyExplained = TLanes.Subtract(TLanes.Multiply(onlyScale, product), TLanes.Multiply(mean, problem.Values));
            scale = TLanes.SelectGreater(problem.Least, minimum, onlyScale, scale);
            explained = TLanes.SelectGreater(problem.Least, minimum, onlyExplained, explained);
            minimum = TLanes.Max(problem.Least, minimum);

            Scale = TLanes.SelectGreater(explained, Score, scale, Scale);
            Minimum = TLanes.SelectGreater(explained, Score, minimum, Minimum);
            LevelSum = TLanes.SelectGreater(explained, Score, sum, LevelSum);
            LevelSquare = TLanes.SelectGreater(explained, Score, square, LevelSquare);
            LevelProduct = TLanes.SelectGreater(explained, Score, product, LevelProduct);
            Score = TLanes.SelectGreater(explained, Score, explained, Score);
            return new Line { Scale = scale, Minimum = minimum };
        }
    }
}
