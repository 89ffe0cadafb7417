using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests.LinearAlgebra;

/// <summary>Cholesky, the inverse factor and products with the inverse, against double precision and across kernels and numbers of threads.</summary>
public sealed class FactorTests
{
    public static TheoryData<int> Orders => [1, 2, 3, 17, 63, 64, 65, 129, 200, 257, 385];

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_lower_factor_equals_double_precision_and_the_upper_triangle_is_left_alone(int order)
    {
        float[] matrix = Samples.PositiveDefinite(order, seed: order);
        double[] expected = Reference.Cholesky(Reference.Widen(matrix), order);
        float[] factor = Poison(matrix, order, upper: true);
        Assert.True(Cholesky.TryFactor(new MatrixView(factor, order, order), 2));
        var lower = new double[factor.Length];
        for (int i = 0; i < factor.Length; i++)
        {
            bool above = i % order > i / order;
            lower[i] = above ? 0 : factor[i];
            Assert.True(!above || float.IsNaN(factor[i]));
        }

        Assert.InRange(Reference.RelativeError(expected, lower), 0, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_inverse_factor_is_upper_triangular_and_its_square_the_inverse(int order)
    {
        float[] matrix = Samples.PositiveDefinite(order, seed: order);
        double[] inverse = Reference.Inverse(Reference.Widen(matrix), order);
        float[] factor = Poison(matrix, order, upper: false);
        Assert.True(InverseFactor.TryUpper(new MatrixView(factor, order, order), 2));
        Assert.All(Enumerable.Range(0, factor.Length).Where(i => i % order < i / order), i => Assert.Equal(0, factor[i]));
        Assert.All(Enumerable.Range(0, order), i => Assert.True(factor[(i * order) + i] > 0));
        double[] upper = Reference.Widen(factor);
        double[] square = Reference.Multiply(Reference.Transpose(upper, order, order), upper, order, order, order);
        Assert.InRange(Reference.RelativeError(inverse, square), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Rows_times_the_inverse_equal_double_precision(int order)
    {
        const int Rows = 37;
        float[] matrix = Samples.PositiveDefinite(order, seed: order);
        float[] b = Gaussian.Values(Rows * order, seed: 5);
        double[] expected = Reference.Multiply(Reference.Widen(b), Reference.Inverse(Reference.Widen(matrix), order), Rows, order, order);
        Assert.True(InverseFactor.TryUpper(new MatrixView(matrix, order, order), 1));
        TriangularProduct.ApplyInverse(new MatrixView(b, Rows, order), new MatrixView(matrix, order, order), 2);
        Assert.InRange(Reference.RelativeError(expected, Reference.Widen(b)), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Every_vector_width_and_number_of_threads_gives_the_bits_of_the_scalar_kernel(int order)
    {
        float[] matrix = Samples.PositiveDefinite(order, seed: order);
        (float[] Lower, float[] Upper, float[] Solved) expected = Run(Kernels.Scalar, matrix, order, 1);
        foreach ((TileKernel kernel, int threads) in Kernels.Runs)
        {
            (float[] lower, float[] upper, float[] solved) = Run(kernel, matrix, order, threads);
            Assert.Equal(expected.Lower, lower);
            Assert.Equal(expected.Upper, upper);
            Assert.Equal(expected.Solved, solved);
        }
    }

    [Fact]
    public void Orders_at_which_every_part_is_shared_out_give_the_bits_of_one_thread()
    {
        const int Order = 1031;
        float[] matrix = Samples.Damped(Order, seed: 6);
        (float[] Lower, float[] Upper, float[] Solved) expected = Run(TileKernel.Default, matrix, Order, 1);
        foreach (int threads in new[] { 2, 3, 5 })
        {
            (float[] lower, float[] upper, float[] solved) = Run(TileKernel.Default, matrix, Order, threads);
            Assert.Equal(expected.Lower, lower);
            Assert.Equal(expected.Upper, upper);
            Assert.Equal(expected.Solved, solved);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    [InlineData(129)]
    public void A_matrix_that_is_not_positive_definite_has_no_factor(int bad)
    {
        const int Order = 130;
        foreach (float pivot in new[] { -1f, 0, float.NaN, float.PositiveInfinity })
        {
            float[] matrix = Samples.PositiveDefinite(Order, seed: 1);
            matrix[(bad * Order) + bad] = pivot;
            Assert.False(Cholesky.TryFactor(new MatrixView((float[])matrix.Clone(), Order, Order), 2));
            Assert.False(InverseFactor.TryUpper(new MatrixView(matrix, Order, Order), 2));
        }
    }

    [Fact]
    public void Matrices_that_are_not_square_are_refused()
    {
        var view = new MatrixView(new float[6], 2, 3);
        Assert.Throws<ArgumentException>(() => Cholesky.TryFactor(view, 1));
        Assert.Throws<ArgumentException>(() => InverseFactor.TryUpper(view, 1));
        Assert.Throws<ArgumentException>(() => TriangularProduct.ApplyInverse(view, new MatrixView(new float[4], 2, 2), 1));
    }

    private static (float[] Lower, float[] Upper, float[] Solved) Run(TileKernel kernel, float[] matrix, int order, int threads)
    {
        const int Rows = 45;
        var lower = (float[])matrix.Clone();
        var upper = (float[])matrix.Clone();
        float[] solved = Gaussian.Values(Rows * order, seed: 9);
        Assert.True(Cholesky.TryFactor(kernel, new MatrixView(lower, order, order), threads));
        Assert.True(InverseFactor.TryUpper(kernel, new MatrixView(upper, order, order), threads));
        TriangularProduct.ApplyInverse(kernel, new MatrixView(solved, Rows, order), new MatrixView(upper, order, order), threads);
        return (lower, upper, solved);
    }

    /// <summary>A copy with NaN in the triangle that must not be read.</summary>
    private static float[] Poison(float[] matrix, int order, bool upper)
    {
        var copy = (float[])matrix.Clone();
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = upper ? (i % order > i / order ? float.NaN : copy[i]) : (i % order < i / order ? float.NaN : copy[i]);
        }

        return copy;
    }
}
