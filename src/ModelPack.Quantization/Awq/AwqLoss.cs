using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Awq;

/// <summary>How far rounded weights are from themselves. Pure, thread-safe; the same bits for any number of threads.</summary>
public static class AwqLoss
{
    // Weights that a thread rounds at a time.
    private const int BlockWeights = 1 << 16;

    /// <summary>The weights that a consumer has in effect when its columns are scaled, rounded, and its input is scaled back: Q(W s) / s.</summary>
    /// <param name="weights">[rows, columns].</param>
    /// <param name="scales">[columns], positive.</param>
    /// <param name="rounding">Q.</param>
    /// <param name="threads">Cores.</param>
    /// <returns>[rows, columns], a new array.</returns>
    public static float[] Effective(float[] weights, float[] scales, RowRounding rounding, int threads)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(scales);
        int columns = scales.Length, rows = weights.Length / columns, blockRows = Math.Max(1, BlockWeights / columns);
        var rounded = new float[weights.Length];
        Parallel.For(0, (rows + blockRows - 1) / blockRows, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            int start = block * blockRows * columns, count = Math.Min(blockRows * columns, weights.Length - start);
            float[] scaled = weights.AsSpan(start, count).ToArray();
            AwqFolding.MultiplyColumns(scaled, scales);
            Span<float> result = rounded.AsSpan(start, count);
            rounding(scaled, columns, result);
            for (int i = 0; i < count; i++)
            {
                result[i] /= scales[i % columns];
            }
        });
        return rounded;
    }

    /// <summary>
    /// Squared error of the outputs of a linear layer that is its pair's only consumer, from the Gram matrix of its input alone:
    /// tr((W - Q(W s) / s) H (W - Q(W s) / s)^T). With H = X^T X / (T N) it is the mean over all T rows and N outputs.
    /// </summary>
    /// <param name="weights">[rows, columns].</param>
    /// <param name="scales">[columns], positive.</param>
    /// <param name="hessian">[columns, columns], symmetric.</param>
    /// <param name="rounding">Q.</param>
    /// <param name="threads">Cores.</param>
    public static double ThroughHessian(float[] weights, float[] scales, float[] hessian, RowRounding rounding, int threads)
    {
        float[] errors = Effective(weights, scales, rounding, threads);
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = weights[i] - errors[i];
        }

        int columns = scales.Length, rows = weights.Length / columns;
        var products = new float[errors.Length];
        MatrixProduct.Add(new MatrixView(errors, rows, columns), false, new MatrixView(hessian, columns, columns), false, 1, new MatrixView(products, rows, columns), threads);
        double sum = 0;
        for (int i = 0; i < errors.Length; i++)
        {
            sum += (double)errors[i] * products[i];
        }

        return sum;
    }
}
