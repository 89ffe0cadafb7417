using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// The sweep: columns are quantized one after the other, and each one's error is repaired in the columns still to come, along its row of the
/// factor U. Within a block of columns at once, behind it by one matrix product.
/// </summary>
internal static class Sweep
{
    private const int BlockColumns = 128;

    /// <summary>Fills Levels of <paramref name="block"/> from its Weights, Scales and Zeros; uses Scratch and Product.</summary>
    public static void Run<TLanes, TVector>(RowBlock block, GptqInput input)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int columns = block.Columns;
        float[] weights = block.Scratch, errors = block.Product, factor = input.Factor;
        Order(block.Weights, weights, input.Order, block.Rows);
        var tile = new ColumnTile(BlockColumns, TLanes.Width);
        for (int start = 0; start < columns; start += BlockColumns)
        {
            int length = Math.Min(BlockColumns, columns - start), next = start + length;
            ReadOnlySpan<int> places = input.Order.AsSpan(start, length);
            for (int row = 0; row < block.Rows; row += TLanes.Width)
            {
                tile.LoadFormat(block, places, row);
                tile.Load(weights, columns, start, length, row, block.Rows, tile.Values);
                QuantizeTile<TLanes, TVector>(tile, factor.AsSpan((start * columns) + start), columns, length);
                tile.StoreLevels(block, places, row);
                tile.Store(tile.Values, errors, columns, start, length, row, block.Rows);
            }

            if (next < columns)
            {
                input.Products.Add(
                    new MatrixView(errors, start, block.Rows, length, columns), false,
                    new MatrixView(factor, (start * columns) + next, length, columns - next, columns), false,
                    -1, new MatrixView(weights, next, block.Rows, columns - next, columns), 1);
            }
        }
    }

    /// <summary>Weights of one block of columns in; levels and, in place of the weights, errors divided by the diagonal of the factor out.</summary>
    private static void QuantizeTile<TLanes, TVector>(ColumnTile tile, ReadOnlySpan<float> factor, int stride, int length)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector minus = TLanes.Create(-1), range = TLanes.Create(tile.MaxCode);
        ref float values = ref MemoryMarshal.GetArrayDataReference(tile.Values), levels = ref MemoryMarshal.GetArrayDataReference(tile.Levels);
        ref float scales = ref MemoryMarshal.GetArrayDataReference(tile.Scales), zeros = ref MemoryMarshal.GetArrayDataReference(tile.Zeros);
        for (int i = 0; i < length; i++)
        {
            int at = i * TLanes.Width;
            TVector weight = TLanes.Load(in values, at), scale = TLanes.Load(in scales, at);
            TVector low = TLanes.Multiply(TLanes.Load(in zeros, at), minus), high = TLanes.Add(low, range);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(weight, scale)), high), low);
            ReadOnlySpan<float> row = factor.Slice(i * stride, length);
            TVector error = TLanes.Divide(TLanes.MultiplyAdd(TLanes.Multiply(scale, minus), level, weight), TLanes.Create(row[i]));
            TLanes.Store(level, ref levels, at);
            TLanes.Store(error, ref values, at);
            TVector repair = TLanes.Multiply(error, minus);
            for (int j = i + 1; j < row.Length; j++)
            {
                TLanes.Store(TLanes.MultiplyAdd(repair, TLanes.Create(row[j]), TLanes.Load(in values, j * TLanes.Width)), ref values, j * TLanes.Width);
            }
        }
    }

    private static void Order(ReadOnlySpan<float> values, Span<float> ordered, ReadOnlySpan<int> order, int rows)
    {
        for (int start = 0; start < rows * order.Length; start += order.Length)
        {
            for (int i = 0; i < order.Length; i++)
            {
                ordered[start + i] = values[start + order[i]];
            }
        }
    }
}
