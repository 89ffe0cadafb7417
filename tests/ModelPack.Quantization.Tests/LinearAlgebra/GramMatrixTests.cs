using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests.LinearAlgebra;

/// <summary>Second moments against double precision, many rows, and across kernels and numbers of threads.</summary>
public sealed class GramMatrixTests
{
    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 3, 17 }, { 17, 3 }, { 129, 63 }, { 257, 129 }, { 600, 257 }, { 64, 385 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_upper_triangle_equals_double_precision_and_the_lower_one_is_left_alone(int rows, int columns)
    {
        float[] x = Gaussian.Values(rows * columns, seed: 1);
        float[] h = new float[columns * columns];
        Array.Fill(h, 2);
        GramMatrix.Add(new MatrixView(x, rows, columns), .25f, new MatrixView(h, columns, columns), 2);
        double[] wide = Reference.Widen(x);
        double[] gram = Reference.Multiply(Reference.Transpose(wide, rows, columns), wide, columns, rows, columns);
        var expected = new double[h.Length];
        for (int i = 0; i < h.Length; i++)
        {
            expected[i] = 2 + (i % columns >= i / columns ? .25 * gram[i] : 0);
        }

        Assert.InRange(Reference.RelativeError(expected, Reference.Widen(h)), 0, 1e-6);
        Assert.All(Enumerable.Range(0, h.Length).Where(i => i % columns < i / columns), i => Assert.Equal(2, h[i]));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_vector_width_and_number_of_threads_gives_the_bits_of_the_scalar_kernel(int rows, int columns)
    {
        float[] x = Gaussian.Values(rows * columns, seed: 1);
        float[] expected = Run(Kernels.Scalar, x, rows, columns, 1);
        foreach ((TileKernel kernel, int threads) in Kernels.Runs)
        {
            Assert.Equal(expected, Run(kernel, x, rows, columns, threads));
        }
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(512)]
    public void Sums_over_65536_rows_do_not_lose_what_plain_float32_sums_lose(int rowsOfCall)
    {
        const int Rows = 65536, Columns = 5;
        float[] x = Array.ConvertAll(Gaussian.Values(Rows * Columns, seed: 4), value => value + 3);
        var h = new float[Columns * Columns];
        var plain = new float[Columns * Columns];
        for (int row = 0; row < Rows; row += rowsOfCall)
        {
            GramMatrix.Add(new MatrixView(x, row * Columns, rowsOfCall, Columns, Columns), 1, new MatrixView(h, Columns, Columns), 2);
        }

        GramMatrix.Mirror(new MatrixView(h, Columns, Columns), 2);
        double[] wide = Reference.Widen(x);
        double[] expected = Reference.Multiply(Reference.Transpose(wide, Rows, Columns), wide, Columns, Rows, Columns);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < plain.Length; i++)
            {
                plain[i] += x[(row * Columns) + (i / Columns)] * x[(row * Columns) + (i % Columns)];
            }
        }

        double error = Reference.RelativeError(expected, Reference.Widen(h));
        Assert.InRange(error, 0, 1e-6);
        Assert.True(Reference.RelativeError(expected, Reference.Widen(plain)) > 5 * error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(129)]
    [InlineData(200)]
    public void Mirroring_makes_the_matrix_symmetric(int size)
    {
        float[] h = Gaussian.Values(size * size, seed: 8);
        var mirrored = (float[])h.Clone();
        GramMatrix.Mirror(new MatrixView(mirrored, size, size), 3);
        for (int i = 0; i < h.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, size);
            Assert.Equal(h[(Math.Min(row, column) * size) + Math.Max(row, column)], mirrored[i]);
        }
    }

    private static float[] Run(TileKernel kernel, float[] x, int rows, int columns, int threads)
    {
        var h = new float[columns * columns];
        GramMatrix.Add(kernel, new MatrixView(x, rows, columns), .5f, new MatrixView(h, columns, columns), threads);
        return h;
    }
}
