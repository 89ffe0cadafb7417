using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Scale and zero point of least squared error among shrunken ranges, one group a lane. The first of equal ones wins.
/// Asymmetric: three zero points a range. Symmetric: multiples of the signed largest weight, then one least-squares step from the best.
/// </summary>
internal static class SearchedScales
{
    private const int FirstPercent = 110;

    private const int LastPercent = 40;

    /// <summary>Fills Scales and Zeros of <paramref name="block"/>.</summary>
    /// <param name="block">Rows of weights.</param>
    /// <param name="importance">[Columns]: what each input's squared error counts; empty: all the same.</param>
    public static void Choose<TLanes, TVector>(RowBlock block, ReadOnlySpan<float> importance)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        var batch = new Batch(block.Format.GroupSize, TLanes.Width);
        for (int first = 0; first < block.Scales.Length; first += TLanes.Width)
        {
            int lanes = Math.Min(TLanes.Width, block.Scales.Length - first);
            batch.Gather(block, importance, first, lanes);
            if (block.Format.Symmetric)
            {
                Symmetric<TLanes, TVector>(batch, block.Format);
            }
            else
            {
                Asymmetric<TLanes, TVector>(batch, block.Format);
            }

            batch.Best.Scales.AsSpan(0, lanes).CopyTo(block.Scales.AsSpan(first));
            batch.Best.Zeros.AsSpan(0, lanes).CopyTo(block.Zeros.AsSpan(first));
        }
    }

    private static void Asymmetric<TLanes, TVector>(Batch batch, CodeFormat format)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        for (int percent = FirstPercent; percent >= LastPercent; percent--)
        {
            for (int lane = 0; lane < batch.Width; lane++)
            {
                GroupRange range = batch.Ranges[lane];
                if (!range.Empty)
                {
                    (float scale, int zero) = range.Asymmetric(percent / 100.0, format.MaxCode);
                    (batch.Middle.Scales[lane], batch.Middle.Zeros[lane]) = (scale, zero);
                    (batch.Lower.Scales[lane], batch.Lower.Zeros[lane]) = (scale, Math.Max(0, zero - 1));
                    (batch.Upper.Scales[lane], batch.Upper.Zeros[lane]) = (scale, Math.Min(format.MaxCode, zero + 1));
                }
            }

            MeasureThree<TLanes, TVector>(batch, format.MaxCode);
            batch.Keep(batch.Lower);
            batch.Keep(batch.Middle);
            batch.Keep(batch.Upper);
        }
    }

    private static void Symmetric<TLanes, TVector>(Batch batch, CodeFormat format)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        for (int percent = FirstPercent; percent >= LastPercent; percent--)
        {
            for (int lane = 0; lane < batch.Width; lane++)
            {
                batch.Middle.Scales[lane] = batch.Ranges[lane].Empty ? 1 : StoredScale.Round(-percent / 100.0 * batch.Ranges[lane].Peak / format.MiddleCode);
                batch.Middle.Zeros[lane] = format.MiddleCode;
            }

            Measure<TLanes, TVector>(batch, batch.Middle, format.MaxCode);
            batch.Keep(batch.Middle);
        }

        batch.Best.Scales.CopyTo(batch.Middle.Scales, 0);
        Measure<TLanes, TVector>(batch, batch.Middle, format.MaxCode);
        for (int lane = 0; lane < batch.Width; lane++)
        {
            if (batch.LevelSquare[lane] > 0)
            {
                batch.Middle.Scales[lane] = StoredScale.Round((double)batch.LevelProduct[lane] / batch.LevelSquare[lane]);
            }
        }

        Measure<TLanes, TVector>(batch, batch.Middle, format.MaxCode);
        batch.Keep(batch.Middle);
    }

    /// <summary>Weighted squared error with the candidate, and the sums that give its least-squares scale.</summary>
    private static void Measure<TLanes, TVector>(Batch batch, Candidate candidate, int maxCode)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector scale = TLanes.Load(in candidate.Scales[0], 0), minusScale = TLanes.Multiply(scale, TLanes.Create(-1));
        TVector low = TLanes.Multiply(TLanes.Load(in candidate.Zeros[0], 0), TLanes.Create(-1)), high = TLanes.Add(low, TLanes.Create(maxCode));
        TVector error = TLanes.Create(0), product = error, square = error;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights), importances = ref MemoryMarshal.GetArrayDataReference(batch.Importance);
        for (int at = 0; at < batch.Weights.Length; at += TLanes.Width)
        {
            TVector weight = TLanes.Load(in weights, at), importance = TLanes.Load(in importances, at);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(weight, scale)), high), low);
            TVector difference = TLanes.MultiplyAdd(minusScale, level, weight), counted = TLanes.Multiply(importance, level);
            error = TLanes.MultiplyAdd(TLanes.Multiply(importance, difference), difference, error);
            product = TLanes.MultiplyAdd(counted, weight, product);
            square = TLanes.MultiplyAdd(counted, level, square);
        }

        TLanes.Store(error, ref candidate.Errors[0], 0);
        TLanes.Store(product, ref batch.LevelProduct[0], 0);
        TLanes.Store(square, ref batch.LevelSquare[0], 0);
    }

    /// <summary>Weighted squared errors of the three candidates, which share a scale.</summary>
    private static void MeasureThree<TLanes, TVector>(Batch batch, int maxCode)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector scale = TLanes.Load(in batch.Middle.Scales[0], 0), minusScale = TLanes.Multiply(scale, TLanes.Create(-1)), minus = TLanes.Create(-1), range = TLanes.Create(maxCode);
        TVector lowA = TLanes.Multiply(TLanes.Load(in batch.Lower.Zeros[0], 0), minus), highA = TLanes.Add(lowA, range);
        TVector lowB = TLanes.Multiply(TLanes.Load(in batch.Middle.Zeros[0], 0), minus), highB = TLanes.Add(lowB, range);
        TVector lowC = TLanes.Multiply(TLanes.Load(in batch.Upper.Zeros[0], 0), minus), highC = TLanes.Add(lowC, range);
        TVector errorA = TLanes.Create(0), errorB = errorA, errorC = errorA;
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights), importances = ref MemoryMarshal.GetArrayDataReference(batch.Importance);
        for (int at = 0; at < batch.Weights.Length; at += TLanes.Width)
        {
            TVector weight = TLanes.Load(in weights, at), importance = TLanes.Load(in importances, at);
            TVector rounded = TLanes.Round(TLanes.Divide(weight, scale));
            TVector difference = TLanes.MultiplyAdd(minusScale, TLanes.Max(TLanes.Min(rounded, highA), lowA), weight);
            errorA = TLanes.MultiplyAdd(TLanes.Multiply(importance, difference), difference, errorA);
            difference = TLanes.MultiplyAdd(minusScale, TLanes.Max(TLanes.Min(rounded, highB), lowB), weight);
            errorB = TLanes.MultiplyAdd(TLanes.Multiply(importance, difference), difference, errorB);
            difference = TLanes.MultiplyAdd(minusScale, TLanes.Max(TLanes.Min(rounded, highC), lowC), weight);
            errorC = TLanes.MultiplyAdd(TLanes.Multiply(importance, difference), difference, errorC);
        }

        TLanes.Store(errorA, ref batch.Lower.Errors[0], 0);
        TLanes.Store(errorB, ref batch.Middle.Errors[0], 0);
        TLanes.Store(errorC, ref batch.Upper.Errors[0], 0);
    }

    /// <summary>A scale and a zero point a lane, and their error.</summary>
    private sealed class Candidate(int width)
    {
        public float[] Scales { get; } = new float[width];

        public float[] Zeros { get; } = new float[width];

        public float[] Errors { get; } = new float[width];
    }

    /// <summary>As many groups as there are lanes; [group size, width] arrays hold weight i of every lane side by side.</summary>
    private sealed class Batch(int groupSize, int width)
    {
        public int Width => width;

        public float[] Weights { get; } = new float[groupSize * width];

        public float[] Importance { get; } = new float[groupSize * width];

        public GroupRange[] Ranges { get; } = new GroupRange[width];

        public float[] LevelProduct { get; } = new float[width];

        public float[] LevelSquare { get; } = new float[width];

        public Candidate Lower { get; } = new(width);

        public Candidate Middle { get; } = new(width);

        public Candidate Upper { get; } = new(width);

        public Candidate Best { get; } = new(width);

        /// <summary>Takes the groups from <paramref name="first"/> on, counted row by row; what lies past the end of a row is zero.</summary>
        public void Gather(RowBlock block, ReadOnlySpan<float> importance, int first, int lanes)
        {
            Array.Clear(Weights);
            Array.Clear(Importance);
            Array.Clear(Ranges);
            foreach (Candidate candidate in (ReadOnlySpan<Candidate>)[Lower, Middle, Upper, Best])
            {
                Array.Fill(candidate.Scales, 1);
                Array.Fill(candidate.Zeros, block.Format.MiddleCode);
                Array.Fill(candidate.Errors, float.PositiveInfinity);
            }

            for (int lane = 0; lane < lanes; lane++)
            {
                (int row, int group) = Math.DivRem(first + lane, block.Groups);
                int start = group * groupSize, length = block.GroupEnd(group) - start;
                ReadOnlySpan<float> weights = block.Weights.AsSpan((row * block.Columns) + start, length);
                Ranges[lane] = GroupRange.Of(weights);
                for (int i = 0; i < length; i++)
                {
                    Weights[(i * width) + lane] = weights[i];
                    Importance[(i * width) + lane] = importance.IsEmpty ? 1 : importance[start + i];
                }
            }
        }

        /// <summary>Keeps the candidate in the lanes where it is better than the best so far.</summary>
        public void Keep(Candidate candidate)
        {
            for (int lane = 0; lane < width; lane++)
            {
                if (candidate.Errors[lane] < Best.Errors[lane])
                {
                    Best.Errors[lane] = candidate.Errors[lane];
                    Best.Scales[lane] = candidate.Scales[lane];
                    Best.Zeros[lane] = candidate.Zeros[lane];
                }
            }
        }
    }
}
