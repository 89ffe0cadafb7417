namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>The inverse of a lower triangular matrix in place, by halves.</summary>
internal static class TriangularInverse
{
    /// <summary>Inverts the lower triangle; elements above the diagonal are neither read nor written.</summary>
    public static void Run(TileKernel kernel, Operand lower, int threads)
    {
        int order = lower.Rows;
        if (order <= TriangularSolve.Leaf)
        {
            TriangularLeaf.Invert(lower);
            return;
        }

        int half = Halving.First(order, TriangularSolve.Leaf);
        int rest = order - half;
        Operand first = lower.Slice(0, 0, half, half);
        Operand below = lower.Slice(half, 0, rest, half);
        Operand second = lower.Slice(half, half, rest, rest);

        // The block below the diagonal is -(second^-1) below (first^-1).
        Run(kernel, first, threads);
        TriangularProduct.MultiplyByLower(kernel, below, first, -1, threads);
        TriangularSolve.Run(kernel, below.Transposed, second, threads);
        Run(kernel, second, threads);
    }
}
