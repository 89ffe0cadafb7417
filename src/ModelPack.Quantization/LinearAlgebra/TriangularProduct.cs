using System.Buffers;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Products with triangular matrices in place, by halves. The same bits for every number of threads and every vector width.</summary>
public static class TriangularProduct
{
    private const int Leaf = 128;
    private const int RowsOfTask = 64;

    /// <summary>b &lt;- b u^T u: with the u of <see cref="InverseFactor.TryUpper(MatrixView, int)"/> this is b h^-1.</summary>
    /// <param name="b">[N, K], overwritten.</param>
    /// <param name="u">[K, K]; only the upper triangle is read. Must not overlap b.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a window outside its array.</exception>
    public static void ApplyInverse(MatrixView b, MatrixView u, int threads) => ApplyInverse(TileKernel.Default, b, u, threads);

    internal static void ApplyInverse(TileKernel kernel, MatrixView b, MatrixView u, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Operand values = Operand.Of(b, nameof(b));
        Operand upper = Operand.OfSquare(u, nameof(u));
        if (values.Columns != upper.Rows)
        {
            throw new ArgumentException($"Rows of {values.Columns} do not fit a matrix [{upper.Rows}, {upper.Columns}].", nameof(b));
        }

        MultiplyByLower(kernel, values, upper.Transposed, 1, threads);
        MultiplyByUpper(kernel, values, upper, 1, threads);
    }

    /// <summary>b &lt;- alpha b lower, reading the lower triangle only.</summary>
    internal static void MultiplyByLower(TileKernel kernel, Operand b, Operand lower, float alpha, int threads)
    {
        if (lower.Rows <= Leaf)
        {
            MultiplyLeaf(kernel, b, lower, alpha, threads, keepLower: true);
            return;
        }

        int half = Halving.First(lower.Rows, Leaf);
        int rest = lower.Rows - half;
        Operand first = b.Slice(0, 0, b.Rows, half);
        Operand second = b.Slice(0, half, b.Rows, rest);
        MultiplyByLower(kernel, first, lower.Slice(0, 0, half, half), alpha, threads);
        BlockedProduct.Add(kernel, second, lower.Slice(half, 0, rest, half), alpha, first, MatrixRegion.All, threads);
        MultiplyByLower(kernel, second, lower.Slice(half, half, rest, rest), alpha, threads);
    }

    /// <summary>b &lt;- alpha b upper, reading the upper triangle only.</summary>
    internal static void MultiplyByUpper(TileKernel kernel, Operand b, Operand upper, float alpha, int threads)
    {
        if (upper.Rows <= Leaf)
        {
            MultiplyLeaf(kernel, b, upper, alpha, threads, keepLower: false);
            return;
        }

        int half = Halving.First(upper.Rows, Leaf);
        int rest = upper.Rows - half;
        Operand first = b.Slice(0, 0, b.Rows, half);
        Operand second = b.Slice(0, half, b.Rows, rest);
        MultiplyByUpper(kernel, second, upper.Slice(half, half, rest, rest), alpha, threads);
        BlockedProduct.Add(kernel, first, upper.Slice(0, half, half, rest), alpha, second, MatrixRegion.All, threads);
        MultiplyByUpper(kernel, first, upper.Slice(0, 0, half, half), alpha, threads);
    }

    /// <summary>The triangle filled up with zeros times a copy of b: twice the arithmetic of a triangle, at the speed of a full product.</summary>
    private static void MultiplyLeaf(TileKernel kernel, Operand b, Operand triangle, float alpha, int threads, bool keepLower)
    {
        int order = triangle.Rows;
        if (b.Rows == 0 || order == 0)
        {
            return;
        }

        float[] copy = ArrayPool<float>.Shared.Rent(b.Rows * order);
        Workers.Run((b.Rows + RowsOfTask - 1) / RowsOfTask, b.Rows * order < 1 << 16 ? 1 : threads, (_, task) =>
        {
            int end = Math.Min((task + 1) * RowsOfTask, b.Rows);
            for (int row = task * RowsOfTask; row < end; row++)
            {
                Span<float> values = b.Values.AsSpan(b.Offset + (row * b.RowStride), order);
                values.CopyTo(copy.AsSpan(row * order));
                values.Clear();
            }
        });
        var filled = new float[order * order];
        for (int row = 0; row < order; row++)
        {
            for (int column = keepLower ? 0 : row; column < (keepLower ? row + 1 : order); column++)
            {
                filled[(row * order) + column] = triangle.Values[triangle.Offset + (row * triangle.RowStride) + (column * triangle.ColumnStride)];
            }
        }

        var left = new Operand(copy, 0, b.Rows, order, order, 1);
        BlockedProduct.Add(kernel, left, new Operand(filled, 0, order, order, order, 1), alpha, b, MatrixRegion.All, threads);
        ArrayPool<float>.Shared.Return(copy);
    }
}
