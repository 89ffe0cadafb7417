namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>General matrix products in float32. The result has the same bits for every number of threads and every vector width.</summary>
public static class MatrixProduct
{
    /// <summary>c += alpha op(a) op(b), where op transposes when its flag is set. Sums run in blocks of at most 256 products.</summary>
    /// <param name="a">[M, K], or [K, M] when <paramref name="transposeA"/>.</param>
    /// <param name="transposeA">Whether a is transposed.</param>
    /// <param name="b">[K, N], or [N, K] when <paramref name="transposeB"/>.</param>
    /// <param name="transposeB">Whether b is transposed.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="c">[M, N], written; must not overlap a or b.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a window outside its array.</exception>
    public static void Add(MatrixView a, bool transposeA, MatrixView b, bool transposeB, float alpha, MatrixView c, int threads) =>
        Add(TileKernel.Default, a, transposeA, b, transposeB, alpha, c, threads);

    internal static void Add(TileKernel kernel, MatrixView a, bool transposeA, MatrixView b, bool transposeB, float alpha, MatrixView c, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Operand left = transposeA ? Operand.Of(a, nameof(a)).Transposed : Operand.Of(a, nameof(a));
        Operand right = transposeB ? Operand.Of(b, nameof(b)).Transposed : Operand.Of(b, nameof(b));
        Operand result = Operand.Of(c, nameof(c));
        if (left.Columns != right.Rows || result.Rows != left.Rows || result.Columns != right.Columns)
        {
            throw new ArgumentException(
                $"A product [{left.Rows}, {left.Columns}] x [{right.Rows}, {right.Columns}] does not fit a result [{result.Rows}, {result.Columns}].", nameof(c));
        }

        BlockedProduct.Add(kernel, left, right, alpha, result, MatrixRegion.All, threads);
    }
}
