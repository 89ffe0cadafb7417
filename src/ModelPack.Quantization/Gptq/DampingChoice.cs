using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>How much damping the amount of calibration data asks for.</summary>
public static class DampingChoice
{
    /// <summary>With less than two rows an input, the hessian's small eigenvalues are chance.</summary>
    private const double Scarce = 2;

    private const double Plenty = 16;

    /// <summary>Shares of the mean diagonal that are worth trying.</summary>
    internal static readonly double[] Candidates = [.01, .05, .1];

    /// <summary>Damping for <paramref name="rows"/> calibration rows of <paramref name="columns"/> inputs.</summary>
    public static double ByRows(long rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        double perInput = (double)rows / columns;
        return perInput < Scarce ? .1 : perInput < Plenty ? .05 : .01;
    }

    /// <summary>The damping whose codes, chosen with the hessian of one half of the rows, do best on the other half.</summary>
    /// <param name="hessian">[columns, columns] of one half; not changed.</param>
    /// <param name="otherHessian">[columns, columns] of the other half, without damping; not changed.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="rowsOfHalf">Calibration rows of the first half.</param>
    /// <param name="weights">[rows, columns]; not changed.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="scheme">How the matrix is stored.</param>
    /// <param name="options">The parts that run; their damping is not used.</param>
    /// <param name="threads">Threads to use.</param>
    public static double ByHalves(
        float[] hessian, float[] otherHessian, int columns, long rowsOfHalf, float[] weights, int rows, QuantizationScheme scheme, GptqOptions options, int threads)
    {
        ArgumentNullException.ThrowIfNull(hessian);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        double best = Candidates[0], bestError = double.PositiveInfinity;
        foreach (double damping in Candidates)
        {
            GptqOptions damped = options with { Damping = damping };
            GptqInput input = GptqInput.Prepare((float[])hessian.Clone(), columns, rowsOfHalf, damped, threads);
            GptqResult result = GptqQuantizer.Quantize((float[])weights.Clone(), rows, null, input, scheme, damped, threads);
            double error = Error(weights, result.Matrix, otherHessian, threads);
            if (error < bestError)
            {
                (best, bestError) = (damping, error);
            }
        }

        return best;
    }

    /// <summary>tr(D H D^T) of D = weights - values.</summary>
    internal static double Error(float[] weights, CodedMatrix matrix, float[] hessian, int threads)
    {
        var differences = new float[weights.Length];
        matrix.Dequantize(differences);
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = weights[i] - differences[i];
        }

        var product = new float[weights.Length];
        var view = new MatrixView(differences, matrix.Rows, matrix.Columns);
        var square = new MatrixView(hessian, matrix.Columns, matrix.Columns);
        MatrixProduct.Add(view, false, square, false, 1, new MatrixView(product, matrix.Rows, matrix.Columns), threads);
        double error = 0;
        for (int i = 0; i < differences.Length; i++)
        {
            error += (double)differences[i] * product[i];
        }

        return error;
    }
}
