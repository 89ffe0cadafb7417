using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Copies part of a matrix into panels, [panel][depth][width] with the last panel filled up with zeros, and back.</summary>
internal static unsafe class PanelPacking
{
    private const int Block = 4;
    private const int Pair = 2;

    /// <summary>
    /// Element (k, i) of the source is at source + k * depthStride + i * widthStride, k below <paramref name="depth"/> and i below <paramref name="count"/>.
    /// </summary>
    public static void Pack(float* source, nint depthStride, nint widthStride, int depth, int count, int width, float* target)
    {
        for (int i = 0; i < count; i += width)
        {
            int used = Math.Min(width, count - i);
            float* panel = target + ((nint)i * depth);
            if (used < width)
            {
                new Span<float>(panel, width * depth).Clear();
            }

            Copy(source + (i * widthStride), depthStride, widthStride, panel, width, 1, depth, used);
        }
    }

    /// <summary>The way back for one panel of <paramref name="width"/>: element (k, i) of the panel to target + k * depthStride + i * widthStride.</summary>
    public static void Unpack(float* panel, int width, float* target, nint depthStride, nint widthStride, int depth, int count) =>
        Copy(panel, width, 1, target, depthStride, widthStride, depth, count);

    /// <summary>Copies [rows, columns] between any strides; one of each pair of strides is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* source, nint rowStride, nint columnStride, float* target, nint targetRowStride, nint targetColumnStride, int rows, int columns)
    {
        if (columnStride == targetColumnStride)
        {
            CopyRows(source, rowStride, target, targetRowStride, rows, columns);
            return;
        }

        if (columnStride == 1)
        {
            // The same elements with rows and columns exchanged, so that rows of the source are contiguous below.
            (rowStride, columnStride, targetRowStride, targetColumnStride, rows, columns) = (columnStride, rowStride, targetColumnStride, targetRowStride, columns, rows);
        }

        int wholeColumns = columns - (columns % Block), wholeRows = rows - (rows % Block);
        for (int column = 0; column < wholeColumns; column += Block)
        {
            for (int row = 0; row < wholeRows; row += Block)
            {
                TransposeBlock(source + row + (column * columnStride), columnStride, target + (row * targetRowStride) + column, targetRowStride);
            }
        }

        CopyElements(source, columnStride, target, targetRowStride, wholeRows, rows, 0, wholeColumns);
        if (columns - wholeColumns >= Pair)
        {
            for (int row = 0; row < wholeRows; row += Block)
            {
                TransposePair(source + row + (wholeColumns * columnStride), columnStride, target + (row * targetRowStride) + wholeColumns, targetRowStride);
            }

            CopyElements(source, columnStride, target, targetRowStride, wholeRows, rows, wholeColumns, wholeColumns + Pair);
            wholeColumns += Pair;
        }

        CopyElements(source, columnStride, target, targetRowStride, 0, rows, wholeColumns, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyElements(float* source, nint columnStride, float* target, nint targetRowStride, int rowStart, int rowEnd, int columnStart, int columnEnd)
    {
        for (int column = columnStart; column < columnEnd; column++)
        {
            float* from = source + (column * columnStride);
            float* to = target + column;
            for (int row = rowStart; row < rowEnd; row++)
            {
                to[row * targetRowStride] = from[row];
            }
        }
    }

    /// <summary>Rows of a few vectors each, too short for a call of the block copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, nint rowStride, float* target, nint targetRowStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, source += rowStride, target += targetRowStride)
        {
            int column = 0;
            for (; column <= columns - Vector256<float>.Count; column += Vector256<float>.Count)
            {
                Vector256.Store(Vector256.Load(source + column), target + column);
            }

            if (column <= columns - Block)
            {
                Vector128.Store(Vector128.Load(source + column), target + column);
                column += Block;
            }

            if (column <= columns - Pair)
            {
                Vector64.Store(Vector64.Load(source + column), target + column);
                column += Pair;
            }

            for (; column < columns; column++)
            {
                target[column] = source[column];
            }
        }
    }

    /// <summary>[4, 4] from rows at <paramref name="source"/> to columns at <paramref name="target"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(float* source, nint stride, float* target, nint targetStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + stride);
        Vector128<float> c = Vector128.Load(source + (2 * stride)), d = Vector128.Load(source + (3 * stride));

        // Two rounds of the same interleaving: (a, c) and (b, d), then the results of the same half.
        Vector128<float> lowAC = Pairing.Low(a, c), highAC = Pairing.High(a, c), lowBD = Pairing.Low(b, d), highBD = Pairing.High(b, d);
        Vector128.Store(Pairing.Low(lowAC, lowBD), target);
        Vector128.Store(Pairing.High(lowAC, lowBD), target + targetStride);
        Vector128.Store(Pairing.Low(highAC, highBD), target + (2 * targetStride));
        Vector128.Store(Pairing.High(highAC, highBD), target + (3 * targetStride));
    }

    /// <summary>[2, 4] from rows at <paramref name="source"/> to columns at <paramref name="target"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposePair(float* source, nint stride, float* target, nint targetStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + stride);
        Vector128<float> low = Pairing.Low(a, b), high = Pairing.High(a, b);
        low.GetLower().Store(target);
        low.GetUpper().Store(target + targetStride);
        high.GetLower().Store(target + (2 * targetStride));
        high.GetUpper().Store(target + (3 * targetStride));
    }
}
