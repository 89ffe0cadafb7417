using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Tiles of <see cref="TileKernel.TileRows"/> rows by two vectors: 12 sums, two vectors of the right side and one value of the left fit 16 registers.</summary>
internal sealed unsafe class TileKernel<TLanes, TVector> : TileKernel
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private const int SolveVectors = 4;

    public override int TileColumns => 2 * TLanes.Width;

    public override int SolveWidth => SolveVectors * TLanes.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddBlock(float* left, float* right, int depth, float alpha, BlockPlace place)
    {
        float* scratch = stackalloc float[TileRows * TileColumns];
        for (int column = 0; column < place.Columns; column += TileColumns)
        {
            int columns = Math.Min(TileColumns, place.Columns - column);
            float* rightPanel = right + ((nint)column * depth);
            for (int row = 0; row < place.Rows; row += TileRows)
            {
                int rows = Math.Min(TileRows, place.Rows - row);
                if (place.Misses(row, column, rows, columns))
                {
                    continue;
                }

                float* leftPanel = left + ((nint)row * depth);
                float* target = place.Start + (row * place.Stride) + column;
                if (rows == TileRows && columns == TileColumns && place.Covers(row, column, rows, columns))
                {
                    AddTile(leftPanel, rightPanel, depth, alpha, target, place.Stride);
                    continue;
                }

                // The same arithmetic beside the matrix, so that an element has the same bits wherever the blocks are cut.
                Copy(target, place.Stride, scratch, TileColumns, rows, columns, default, 0, 0);
                AddTile(leftPanel, rightPanel, depth, alpha, scratch, TileColumns);
                Copy(scratch, TileColumns, target, place.Stride, rows, columns, place.Region, place.FirstRow + row, place.FirstColumn + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SolveLanes(float* values, float* triangle, int order)
    {
        int width = SolveWidth;
        for (int j = 0; j < order; j++)
        {
            float* row = triangle + (j * order);
            float* target = values + (j * width);
            TVector s0 = Load(target, 0), s1 = Load(target, 1), s2 = Load(target, 2), s3 = Load(target, 3);
            float* known = values;
            for (int k = 0; k < j; k++, known += width)
            {
                TVector factor = TLanes.Create(row[k]);
                s0 = TLanes.MultiplyAdd(factor, Load(known, 0), s0);
                s1 = TLanes.MultiplyAdd(factor, Load(known, 1), s1);
                s2 = TLanes.MultiplyAdd(factor, Load(known, 2), s2);
                s3 = TLanes.MultiplyAdd(factor, Load(known, 3), s3);
            }

            TVector diagonal = TLanes.Create(row[j]);
            Store(TLanes.Divide(s0, diagonal), target, 0);
            Store(TLanes.Divide(s1, diagonal), target, 1);
            Store(TLanes.Divide(s2, diagonal), target, 2);
            Store(TLanes.Divide(s3, diagonal), target, 3);
        }
    }

    /// <summary>target [TileRows, TileColumns] += alpha * left^T * right over panels of <paramref name="depth"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(float* left, float* right, int depth, float alpha, float* target, nint stride)
    {
        Prefetch(target, stride);
        TVector zero = TLanes.Create(0);
        TVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        TVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        for (int k = 0; k < depth; k++)
        {
            TVector b0 = Load(right, 0), b1 = Load(right, 1);
            TVector a = TLanes.Create(left[0]);
            c00 = TLanes.MultiplyAdd(a, b0, c00);
            c01 = TLanes.MultiplyAdd(a, b1, c01);
            a = TLanes.Create(left[1]);
            c10 = TLanes.MultiplyAdd(a, b0, c10);
            c11 = TLanes.MultiplyAdd(a, b1, c11);
            a = TLanes.Create(left[2]);
            c20 = TLanes.MultiplyAdd(a, b0, c20);
            c21 = TLanes.MultiplyAdd(a, b1, c21);
            a = TLanes.Create(left[3]);
            c30 = TLanes.MultiplyAdd(a, b0, c30);
            c31 = TLanes.MultiplyAdd(a, b1, c31);
            a = TLanes.Create(left[4]);
            c40 = TLanes.MultiplyAdd(a, b0, c40);
            c41 = TLanes.MultiplyAdd(a, b1, c41);
            a = TLanes.Create(left[5]);
            c50 = TLanes.MultiplyAdd(a, b0, c50);
            c51 = TLanes.MultiplyAdd(a, b1, c51);
            left += TileRows;
            right += 2 * TLanes.Width;
        }

        TVector scale = TLanes.Create(alpha);
        AddRow(target, scale, c00, c01);
        AddRow(target += stride, scale, c10, c11);
        AddRow(target += stride, scale, c20, c21);
        AddRow(target += stride, scale, c30, c31);
        AddRow(target += stride, scale, c40, c41);
        AddRow(target += stride, scale, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* target, TVector scale, TVector first, TVector second)
    {
        Store(TLanes.MultiplyAdd(scale, first, Load(target, 0)), target, 0);
        Store(TLanes.MultiplyAdd(scale, second, Load(target, 1)), target, 1);
    }

    /// <summary>Asks for the lines of the target while the products are summed; a no-op where there is no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* target, nint stride)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int row = 0; row < TileRows; row++, target += stride)
        {
            Sse.Prefetch0(target);
            Sse.Prefetch0(target + TLanes.Width);
            Sse.Prefetch0(target + (2 * TLanes.Width) - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* start, int index) => TLanes.Load(in *start, index * TLanes.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector value, float* start, int index) => TLanes.Store(value, ref *start, index * TLanes.Width);

    private static void Copy(float* source, nint stride, float* target, nint targetStride, int rows, int columns, MatrixRegion region, int firstRow, int firstColumn)
    {
        for (int row = 0; row < rows; row++)
        {
            int diagonal = firstRow + row - firstColumn;
            int start = region == MatrixRegion.Upper ? Math.Clamp(diagonal, 0, columns) : 0;
            int end = region == MatrixRegion.Lower ? Math.Clamp(diagonal + 1, 0, columns) : columns;
            for (int column = start; column < end; column++)
            {
                target[(row * targetStride) + column] = source[(row * stride) + column];
            }
        }
    }
}
