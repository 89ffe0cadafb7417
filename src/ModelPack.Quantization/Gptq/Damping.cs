using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>Makes the hessian positive definite and factors its inverse, with more damping where that fails.</summary>
internal static class Damping
{
    private const double Step = .01;

    private const int FloorAttempts = 6;

    private const double SmallestFloor = 1e-6;

    /// <summary>
    /// Factors the inverse of hessian + damping * mean(diagonal) * I in the given order: upper triangular U with (hessian + damping)^-1 = U^T U.
    /// On failure damping rises by .01 below 1, then the diagonal gets a floor of 1e-6 of its largest entry, times ten up to six times.
    /// </summary>
    /// <param name="hessian">[K, K], symmetric, not damped; not changed.</param>
    /// <param name="order">Position to column.</param>
    /// <param name="damping">Share of the mean diagonal to begin with.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="factor">[K, K] in the given order, written.</param>
    /// <param name="used">The share that succeeded.</param>
    /// <param name="addition">What was added to each diagonal entry, by column.</param>
    /// <returns>False when every attempt failed.</returns>
    public static bool TryFactor(float[] hessian, int[] order, double damping, int threads, float[] factor, out double used, out float[] addition)
    {
        int columns = order.Length;
        addition = new float[columns];
        used = damping;
        double mean = Mean(hessian, columns), largest = Largest(hessian, columns);
        if (!double.IsFinite(mean))
        {
            return false;
        }

        for (int attempt = 0; damping + (attempt * Step) < 1; attempt++)
        {
            used = damping + (attempt * Step);
            Array.Fill(addition, (float)(used * mean));
            if (TryOnce(hessian, order, addition, threads, factor))
            {
                return true;
            }
        }

        double floor = SmallestFloor * largest;
        for (int attempt = 0; attempt < FloorAttempts; attempt++, floor *= 10)
        {
            for (int i = 0; i < columns; i++)
            {
                addition[i] = (float)((used * mean) + Math.Max(0, floor - hessian[(i * columns) + i]));
            }

            if (TryOnce(hessian, order, addition, threads, factor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Mean of the diagonal.</summary>
    public static double Mean(ReadOnlySpan<float> hessian, int columns)
    {
        double sum = 0;
        for (int i = 0; i < columns; i++)
        {
            sum += hessian[(i * columns) + i];
        }

        return sum / columns;
    }

    private static double Largest(ReadOnlySpan<float> hessian, int columns)
    {
        double largest = 0;
        for (int i = 0; i < columns; i++)
        {
            largest = Math.Max(largest, hessian[(i * columns) + i]);
        }

        return largest;
    }

    private static bool TryOnce(float[] hessian, int[] order, float[] addition, int threads, float[] factor)
    {
        int columns = order.Length;
        ActivationOrder.Permute(hessian, order, factor);
        for (int i = 0; i < columns; i++)
        {
            factor[(i * columns) + i] += addition[order[i]];
        }

        return InverseFactor.TryUpper(new MatrixView(factor, columns, columns), threads);
    }
}
