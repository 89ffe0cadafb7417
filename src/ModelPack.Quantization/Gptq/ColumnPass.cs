using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// One pass from left to right over blocks of whole groups. Within a block a step works on a few rows at a time with the block's part of the hessian;
/// then one matrix product lets the product of all columns know of what has changed, so that it is never computed anew.
/// </summary>
internal static class ColumnPass
{
    private const int BlockColumns = 128;

    /// <summary>Changes Levels and Scales and keeps Product of <paramref name="block"/> up to date; uses Scratch.</summary>
    public static void Run<TLanes, TVector>(RowBlock block, GptqInput input, ITileStep step)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int columns = block.Columns, atOnce = Math.Max(BlockColumns, block.Format.GroupSize);
        var tile = new ColumnTile(atOnce, TLanes.Width);
        var square = new float[atOnce * atOnce];
        for (int start = 0; start < columns; start += atOnce)
        {
            int length = Math.Min(atOnce, columns - start);
            for (int i = 0; i < length; i++)
            {
                input.Hessian.AsSpan(((start + i) * columns) + start, length).CopyTo(square.AsSpan(i * length));
            }

            for (int row = 0; row < block.Rows; row += TLanes.Width)
            {
                tile.Load(block.Levels, columns, start, length, row, block.Rows, tile.Levels);
                tile.Load(block.Product, columns, start, length, row, block.Rows, tile.Values);
                step.Run(tile, square, block, start, length, row);
                tile.Store(tile.Levels, block.Levels, columns, start, length, row, block.Rows);
                tile.Store(tile.Changes, block.Scratch, columns, start, length, row, block.Rows);
            }

            input.Products.Add(
                new MatrixView(block.Scratch, start, block.Rows, length, columns), false,
                new MatrixView(input.Hessian, start * columns, length, columns, columns), false, -1, block.View(block.Product), 1);
        }
    }
}
