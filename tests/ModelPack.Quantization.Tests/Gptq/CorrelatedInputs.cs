using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

/// <summary>Seeded calibration rows whose columns are correlated and of different sizes, as those of a network are.</summary>
internal static class CorrelatedInputs
{
    /// <summary>[rows, columns]: few common causes, a spectrum that falls, and a little noise of each column's own.</summary>
    public static float[] Rows(int rows, int columns, int seed)
    {
        int causes = Math.Max(2, columns / 8);
        float[] mixing = Gaussian.Values(causes * columns, seed: 7919), hidden = Gaussian.Values(rows * causes, seed), own = Gaussian.Values(rows * columns, seed + 1);
        for (int cause = 0; cause < causes; cause++)
        {
            for (int column = 0; column < columns; column++)
            {
                mixing[(cause * columns) + column] *= 1 / MathF.Sqrt(1 + cause);
            }
        }

        MatrixProduct.Add(new MatrixView(hidden, rows, causes), false, new MatrixView(mixing, causes, columns), false, 1, new MatrixView(own, rows, columns), 1);
        for (int i = 0; i < own.Length; i++)
        {
            own[i] *= 0.3f + (i % columns * 7 % columns / (float)columns);
        }

        return own;
    }

    /// <summary>(2 / T) X^T X, [columns, columns].</summary>
    public static float[] Hessian(float[] inputs, int columns)
    {
        int rows = inputs.Length / columns;
        var hessian = new float[columns * columns];
        var view = new MatrixView(hessian, columns, columns);
        GramMatrix.Add(new MatrixView(inputs, rows, columns), 2f / rows, view, 1);
        GramMatrix.Mirror(view, 1);
        return hessian;
    }
}
