using System.Runtime.InteropServices;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>x L^T = b for a lower triangular L, by halves: all but the last <see cref="Leaf"/> columns of a half are matrix products.</summary>
internal static unsafe class TriangularSolve
{
    /// <summary>Order up to which substitution is used.</summary>
    public const int Leaf = 64;

    /// <summary>b becomes x. Only the lower triangle of <paramref name="lower"/> is read. A left-hand solve L x = b is this one on b transposed.</summary>
    public static void Run(TileKernel kernel, Operand b, Operand lower, int threads)
    {
        int order = lower.Rows;
        if (b.Rows == 0 || order == 0)
        {
            return;
        }

        if (order <= Leaf)
        {
            Substitute(kernel, b, lower, threads);
            return;
        }

        int half = Halving.First(order, Leaf);
        Operand first = b.Slice(0, 0, b.Rows, half);
        Operand second = b.Slice(0, half, b.Rows, order - half);
        Run(kernel, first, lower.Slice(0, 0, half, half), threads);
        BlockedProduct.Add(kernel, first, lower.Slice(half, 0, order - half, half).Transposed, -1, second, MatrixRegion.All, threads);
        Run(kernel, second, lower.Slice(half, half, order - half, order - half), threads);
    }

    private static void Substitute(TileKernel kernel, Operand b, Operand lower, int threads)
    {
        int order = lower.Rows;
        using var triangle = new PanelBuffer(order * order);
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                float value = lower.Values[lower.Offset + (row * lower.RowStride) + (column * lower.ColumnStride)];
                triangle.Start[(row * order) + column] = row == column ? value : -value;
            }
        }

        using var pin = new PinnedGCHandle<float[]>(b.Values);
        float* start = pin.GetAddressOfArrayData() + b.Offset;
        float* factors = triangle.Start;
        int width = kernel.SolveWidth;
        int tasks = (b.Rows + width - 1) / width;
        Workers.Run(tasks, (long)b.Rows * order * order < 1 << 20 ? 1 : threads, (_, task) =>
        {
            using var values = new PanelBuffer(order * width);
            int first = task * width;
            int count = Math.Min(width, b.Rows - first);
            float* part = start + ((nint)first * b.RowStride);
            PanelPacking.Pack(part, b.ColumnStride, b.RowStride, order, count, width, values.Start);
            kernel.SolveLanes(values.Start, factors, order);
            PanelPacking.Unpack(values.Start, width, part, b.ColumnStride, b.RowStride, order, count);
        });
    }
}
