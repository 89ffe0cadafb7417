namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Cholesky factors in float32, by halves. The same bits for every number of threads and every vector width.</summary>
/// <remarks>Blocks of 64 on the diagonal are factored with sums in double precision; everything else is matrix products and triangular solves.</remarks>
public static class Cholesky
{
    /// <summary>a = L L^T: writes L to the lower triangle, the diagonal included; elements above it are neither read nor written.</summary>
    /// <param name="a">[K, K], symmetric positive definite.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <returns>False when a pivot is not positive or not finite; the lower triangle is then undefined.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, or its window is outside its array.</exception>
    public static bool TryFactor(MatrixView a, int threads) => TryFactor(TileKernel.Default, a, threads);

    internal static bool TryFactor(TileKernel kernel, MatrixView a, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Factor(kernel, Operand.OfSquare(a, nameof(a)), threads);
    }

    private static bool Factor(TileKernel kernel, Operand a, int threads)
    {
        int order = a.Rows;
        if (order <= TriangularSolve.Leaf)
        {
            return TriangularLeaf.TryFactor(a);
        }

        int half = Halving.First(order, TriangularSolve.Leaf);
        int rest = order - half;
        Operand first = a.Slice(0, 0, half, half);
        Operand below = a.Slice(half, 0, rest, half);
        Operand second = a.Slice(half, half, rest, rest);
        if (!Factor(kernel, first, threads))
        {
            return false;
        }

        TriangularSolve.Run(kernel, below, first, threads);
        BlockedProduct.Add(kernel, below, below.Transposed, -1, second, MatrixRegion.Lower, threads);
        return Factor(kernel, second, threads);
    }
}
