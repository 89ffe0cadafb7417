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
            InvertLeaf(lower);
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

    /// <summary>Column by column in double precision.</summary>
    private static void InvertLeaf(Operand lower)
    {
        int order = lower.Rows;
        Span<double> inverse = stackalloc double[order];
        Span<float> values = lower.Values.AsSpan(lower.Offset);
        for (int column = 0; column < order; column++)
        {
            // Later columns of these rows are still those of the matrix; earlier ones are not needed any more.
            for (int row = column; row < order; row++)
            {
                double sum = row == column ? 1 : 0;
                for (int k = column; k < row; k++)
                {
                    sum -= values[(row * lower.RowStride) + k] * inverse[k];
                }

                inverse[row] = sum / values[(row * lower.RowStride) + row];
            }

            for (int row = column; row < order; row++)
            {
                values[(row * lower.RowStride) + column] = (float)inverse[row];
            }
        }
    }
}
