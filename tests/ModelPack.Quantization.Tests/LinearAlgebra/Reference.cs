namespace ModelPack.Tests.LinearAlgebra;

/// <summary>Plain loops in double precision over whole row-major arrays.</summary>
internal static class Reference
{
    /// <summary>[rows, inner] x [inner, columns].</summary>
    public static double[] Multiply(double[] a, double[] b, int rows, int inner, int columns)
    {
        var product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                double factor = a[(i * inner) + k];
                for (int j = 0; j < columns; j++)
                {
                    product[(i * columns) + j] += factor * b[(k * columns) + j];
                }
            }
        }

        return product;
    }

    public static double[] Transpose(double[] a, int rows, int columns)
    {
        var transposed = new double[a.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                transposed[(j * rows) + i] = a[(i * columns) + j];
            }
        }

        return transposed;
    }

    /// <summary>The lower factor of a = L L^T, zeros above the diagonal.</summary>
    public static double[] Cholesky(double[] a, int order)
    {
        var factor = new double[a.Length];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[(i * order) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= factor[(i * order) + k] * factor[(j * order) + k];
                }

                factor[(i * order) + j] = i == j ? Math.Sqrt(sum) : sum / factor[(j * order) + j];
            }
        }

        return factor;
    }

    /// <summary>Inverse of a symmetric positive definite matrix.</summary>
    public static double[] Inverse(double[] a, int order)
    {
        double[] factor = Cholesky(a, order);
        var inverse = new double[a.Length];
        for (int column = 0; column < order; column++)
        {
            var x = new double[order];
            for (int i = 0; i < order; i++)
            {
                double sum = i == column ? 1 : 0;
                for (int k = 0; k < i; k++)
                {
                    sum -= factor[(i * order) + k] * x[k];
                }

                x[i] = sum / factor[(i * order) + i];
            }

            for (int i = order - 1; i >= 0; i--)
            {
                double sum = x[i];
                for (int k = i + 1; k < order; k++)
                {
                    sum -= factor[(k * order) + i] * x[k];
                }

                x[i] = sum / factor[(i * order) + i];
                inverse[(i * order) + column] = x[i];
            }
        }

        return inverse;
    }

    public static double[] Widen(float[] values) => Array.ConvertAll(values, x => (double)x);

    /// <summary>Root of the squared differences over the root of the squares of what is expected.</summary>
    public static double RelativeError(double[] expected, double[] actual)
    {
        double difference = 0, square = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            square += expected[i] * expected[i];
        }

        return square == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / square);
    }
}
