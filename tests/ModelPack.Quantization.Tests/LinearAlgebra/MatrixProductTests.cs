using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests.LinearAlgebra;

/// <summary>General products against double precision, against the scalar kernel and against other numbers of threads.</summary>
public sealed class MatrixProductTests
{
    // Relative to the norm of the exact product; sums of up to 600 float32 products.
    private const double Tolerance = 1e-6;

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 1, 17, 3 }, { 3, 1, 17 }, { 5, 7, 1 }, { 6, 16, 16 }, { 7, 33, 15 }, { 17, 63, 129 }, { 63, 257, 64 }, { 129, 128, 130 }, { 257, 600, 65 }, { 200, 513, 301 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Products_of_transposed_and_plain_windows_equal_double_precision(int rows, int inner, int columns)
    {
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                float[] a = Gaussian.Values(rows * inner, seed: 1), b = Gaussian.Values(inner * columns, seed: 2), c = Gaussian.Values(rows * columns, seed: 3);
                double[] left = Reference.Widen(a), right = Reference.Widen(b);
                double[] expected = Reference.Multiply(
                    transposeA ? Reference.Transpose(left, inner, rows) : left,
                    transposeB ? Reference.Transpose(right, columns, inner) : right,
                    rows,
                    inner,
                    columns);
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] = c[i] - (.5 * expected[i]);
                }

                (int aRows, int aColumns) = transposeA ? (inner, rows) : (rows, inner);
                (int bRows, int bColumns) = transposeB ? (columns, inner) : (inner, columns);
                MatrixView target = Window(c, rows, columns, 5);
                MatrixProduct.Add(Window(a, aRows, aColumns, 3), transposeA, Window(b, bRows, bColumns, 4), transposeB, -.5f, target, 1);
                Assert.InRange(Reference.RelativeError(expected, Reference.Widen(Inside(target))), 0, Tolerance);
                Assert.All(Outside(target), value => Assert.Equal(Margin, value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_vector_width_and_number_of_threads_gives_the_bits_of_the_scalar_kernel(int rows, int inner, int columns)
    {
        float[] a = Gaussian.Values(rows * inner, seed: 1), b = Gaussian.Values(inner * columns, seed: 2);
        float[] expected = Run(Kernels.Scalar, a, b, rows, inner, columns, 1);
        foreach ((TileKernel kernel, int threads) in Kernels.Runs)
        {
            Assert.Equal(expected, Run(kernel, a, b, rows, inner, columns, threads));
        }
    }

    [Fact]
    public void Columns_past_one_cache_block_have_the_bits_of_the_scalar_kernel()
    {
        const int Rows = 13, Inner = 31, Columns = 8219;
        float[] a = Gaussian.Values(Rows * Inner, seed: 1), b = Gaussian.Values(Inner * Columns, seed: 2);
        float[] expected = Run(Kernels.Scalar, a, b, Rows, Inner, Columns, 1);
        foreach (int threads in new[] { 1, 2, 3, 5 })
        {
            Assert.Equal(expected, Run(TileKernel.Default, a, b, Rows, Inner, Columns, threads));
        }
    }

    [Fact]
    public void An_empty_inner_dimension_leaves_the_result_as_it_is()
    {
        float[] c = [1, 2, 3, 4];
        MatrixProduct.Add(new MatrixView([], 2, 0), false, new MatrixView([], 0, 2), false, 1, new MatrixView(c, 2, 2), 2);
        Assert.Equal([1, 2, 3, 4], c);
    }

    [Fact]
    public void Shapes_that_do_not_fit_and_windows_outside_their_array_are_refused()
    {
        var four = new MatrixView(new float[4], 2, 2);
        Assert.Throws<ArgumentException>(() => MatrixProduct.Add(new MatrixView(new float[6], 2, 3), false, four, false, 1, four, 1));
        Assert.Throws<ArgumentException>(() => MatrixProduct.Add(four, false, four with { Offset = 1 }, false, 1, new MatrixView(new float[4], 2, 2), 1));
        Assert.Throws<ArgumentException>(() => MatrixProduct.Add(four, false, four, false, 1, new MatrixView(new float[6], 3, 2), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Add(four, false, four, false, 1, four, 0));
    }

    private const float Margin = 123;

    private static float[] Run(TileKernel kernel, float[] a, float[] b, int rows, int inner, int columns, int threads)
    {
        float[] c = Gaussian.Values(rows * columns, seed: 3);
        MatrixProduct.Add(kernel, new MatrixView(a, rows, inner), false, new MatrixView(b, columns, inner), true, 1.5f, new MatrixView(c, rows, columns), threads);
        return c;
    }

    /// <summary>The values in the middle of a larger array.</summary>
    private static MatrixView Window(float[] values, int rows, int columns, int margin)
    {
        int stride = columns + (2 * margin);
        var array = new float[(rows + 2) * stride];
        Array.Fill(array, Margin);
        for (int row = 0; row < rows; row++)
        {
            values.AsSpan(row * columns, columns).CopyTo(array.AsSpan(((row + 1) * stride) + margin));
        }

        return new MatrixView(array, stride + margin, rows, columns, stride);
    }

    private static float[] Inside(MatrixView view) =>
        [.. Enumerable.Range(0, view.Rows).SelectMany(row => view.Values.AsSpan(view.Offset + (row * view.Stride), view.Columns).ToArray())];

    private static IEnumerable<float> Outside(MatrixView view)
    {
        for (int i = 0; i < view.Values.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, view.Stride);
            int margin = (view.Stride - view.Columns) / 2;
            if (row == 0 || row > view.Rows || column < margin || column >= margin + view.Columns)
            {
                yield return view.Values[i];
            }
        }
    }
}
