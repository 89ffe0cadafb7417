namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>The factor that GPTQ sweeps with. The same bits for every number of threads and every vector width.</summary>
/// <remarks>
/// With the order of rows and columns reversed, one Cholesky h = L L^T and one inverse of L do: L^-1 in the old order is U.
/// The usual way (factor, invert the matrix, factor the inverse) costs three times as much and squares the condition.
/// </remarks>
public static class InverseFactor
{
    private const int RowsOfTask = 32;

    /// <summary>Replaces h by the upper triangular U with h^-1 = U^T U; the part below the diagonal becomes zero.</summary>
    /// <param name="h">[K, K], symmetric positive definite; only the upper triangle is read.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <returns>False when a pivot is not positive or not finite; the matrix is then undefined.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, or its window is outside its array.</exception>
    public static bool TryUpper(MatrixView h, int threads) => TryUpper(TileKernel.Default, h, threads);

    internal static bool TryUpper(TileKernel kernel, MatrixView h, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Operand matrix = Operand.OfSquare(h, nameof(h));
        Reverse(h, threads);
        if (!Cholesky.TryFactor(kernel, h, threads))
        {
            return false;
        }

        TriangularInverse.Run(kernel, matrix, threads);
        Reverse(h, threads);
        ClearLower(h, threads);
        return true;
    }

    /// <summary>Element (i, j) changes places with (K - 1 - i, K - 1 - j): the upper triangle becomes the lower one.</summary>
    private static void Reverse(MatrixView h, int threads) => Workers.Run(((h.Rows / 2) + RowsOfTask) / RowsOfTask, threads, (_, task) =>
    {
        int end = Math.Min((task + 1) * RowsOfTask, h.Rows / 2);
        var row = new float[h.Columns];
        for (int first = task * RowsOfTask; first < end; first++)
        {
            Span<float> upper = Row(h, first);
            Span<float> lower = Row(h, h.Rows - 1 - first);
            upper.CopyTo(row);
            lower.CopyTo(upper);
            row.CopyTo(lower);
            upper.Reverse();
            lower.Reverse();
        }

        if (task == 0 && h.Rows % 2 == 1)
        {
            Row(h, h.Rows / 2).Reverse();
        }
    });

    private static void ClearLower(MatrixView h, int threads) => Workers.Run((h.Rows + RowsOfTask - 1) / RowsOfTask, threads, (_, task) =>
    {
        int end = Math.Min((task + 1) * RowsOfTask, h.Rows);
        for (int row = task * RowsOfTask; row < end; row++)
        {
            Row(h, row)[..row].Clear();
        }
    });

    private static Span<float> Row(MatrixView h, int row) => h.Values.AsSpan(h.Offset + (row * h.Stride), h.Columns);
}
