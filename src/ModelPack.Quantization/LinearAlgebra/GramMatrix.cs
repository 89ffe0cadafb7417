namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Products of a matrix with itself: the statistics of a layer's inputs. The same bits for every number of threads and every vector width.</summary>
/// <remarks>
/// Rows are summed in blocks of at most 256 before a block's sum is added to the result, so the rounding error of T rows grows as
/// 256 + T / 256 additions, not as T: at 65536 rows the bound is 512 roundings instead of 65536.
/// </remarks>
public static class GramMatrix
{
    private const int Tile = 64;

    /// <summary>Adds alpha x^T x to the upper triangle, the diagonal included; elements below it are neither read nor written.</summary>
    /// <param name="x">[T, K].</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="h">[K, K], written; must not overlap x.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a window outside its array.</exception>
    public static void Add(MatrixView x, float alpha, MatrixView h, int threads) => Add(TileKernel.Default, x, alpha, h, threads);

    /// <summary>Copies the upper triangle to the lower one.</summary>
    /// <param name="h">[K, K].</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or its window is outside its array.</exception>
    public static void Mirror(MatrixView h, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Operand.OfSquare(h, nameof(h));
        int size = h.Columns;
        Workers.Run((size + Tile - 1) / Tile, threads, (_, task) =>
        {
            // A task owns the rows below the diagonal that it writes; it reads the columns above, which nobody writes.
            int rowEnd = Math.Min((task + 1) * Tile, size);
            for (int first = 0; first < rowEnd; first += Tile)
            {
                for (int row = task * Tile; row < rowEnd; row++)
                {
                    Span<float> target = h.Values.AsSpan(h.Offset + (row * h.Stride), h.Columns);
                    int end = Math.Min(first + Tile, row);
                    for (int column = first; column < end; column++)
                    {
                        target[column] = h.Values[h.Offset + (column * h.Stride) + row];
                    }
                }
            }
        });
    }

    internal static void Add(TileKernel kernel, MatrixView x, float alpha, MatrixView h, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Operand input = Operand.Of(x, nameof(x));
        Operand result = Operand.OfSquare(h, nameof(h));
        if (result.Columns != input.Columns)
        {
            throw new ArgumentException($"Rows of {input.Columns} do not fit a matrix [{result.Rows}, {result.Columns}].", nameof(h));
        }

        BlockedProduct.Add(kernel, input.Transposed, input, alpha, result, MatrixRegion.Upper, threads);
    }
}
