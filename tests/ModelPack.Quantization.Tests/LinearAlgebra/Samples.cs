namespace ModelPack.Tests.LinearAlgebra;

/// <summary>Seeded test matrices.</summary>
internal static class Samples
{
    /// <summary>[order, order] of Gaussian rows' second moments plus a tenth of the mean diagonal: correlated, positive definite, as a damped Hessian.</summary>
    public static float[] PositiveDefinite(int order, int seed)
    {
        int rows = 2 * order;
        double[] x = Reference.Widen(Gaussian.Values(rows * order, seed));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 1; column < order; column++)
            {
                x[(row * order) + column] += .7 * x[(row * order) + column - 1];
            }
        }

        double[] gram = Reference.Multiply(Reference.Transpose(x, rows, order), x, order, rows, order);
        var result = new float[order * order];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)((gram[i] / rows) + (i / order == i % order ? .1 : 0));
        }

        return result;
    }

    /// <summary>[order, order] of a few outer products plus the identity: positive definite at little cost.</summary>
    public static float[] Damped(int order, int seed)
    {
        float[] x = Gaussian.Values(4 * order, seed);
        var result = new float[order * order];
        for (int i = 0; i < result.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, order);
            float sum = row == column ? 1 : 0;
            for (int k = 0; k < 4; k++)
            {
                sum += x[(k * order) + row] * x[(k * order) + column];
            }

            result[i] = sum;
        }

        return result;
    }
}
