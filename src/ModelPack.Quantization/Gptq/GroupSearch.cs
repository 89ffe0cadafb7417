using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Chooses scale and codes of one group together, given all other groups: with E = weights - values, P = E H and the group's own block of H, a
/// change d of its values changes the objective by -2 d.P + d H d. Candidates start from the present values; each is improved by one pass of coordinate
/// descent within the group, a least-squares scale and another pass. The objective never rises. One row a lane.
/// </summary>
internal static class GroupSearch
{
    private const int BlockColumns = 128;

    /// <summary>One pass over all groups from left to right. Changes Levels and Scales and keeps Product of <paramref name="block"/> up to date; uses Scratch.</summary>
    public static void Pass<TLanes, TVector>(RowBlock block, GptqInput input)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int columns = block.Columns, groupSize = block.Format.GroupSize, atOnce = Math.Max(BlockColumns, groupSize);
        var tile = new ColumnTile(atOnce, TLanes.Width);
        var search = new GroupCandidates<TLanes, TVector>(block.Format);
        for (int start = 0; start < columns; start += atOnce)
        {
            int length = Math.Min(atOnce, columns - start);
            for (int row = 0; row < block.Rows; row += TLanes.Width)
            {
                tile.Load(block.Levels, columns, start, length, row, block.Rows, tile.Levels);
                tile.Load(block.Product, columns, start, length, row, block.Rows, tile.Values);
                for (int first = 0; first < length; first += groupSize)
                {
                    int size = Math.Min(groupSize, length - first), group = (start + first) / groupSize;
                    search.LoadFormat(block, group, row);
                    search.Run(tile, input.Hessian, columns, start + first, first, size);
                    search.StoreFormat(block, group, row);
                    Follow<TLanes, TVector>(tile, input.Hessian.AsSpan((start * columns) + start), columns, first, size, length);
                }

                tile.Store(tile.Levels, block.Levels, columns, start, length, row, block.Rows);
                tile.Store(tile.Changes, block.Scratch, columns, start, length, row, block.Rows);
            }

            MatrixProduct.Add(
                new MatrixView(block.Scratch, start, block.Rows, length, columns), false,
                new MatrixView(input.Hessian, start * columns, length, columns, columns), false, -1, block.View(block.Product), 1);
        }
    }

    /// <summary>Lets the product of the groups still to come know of the changes of one group.</summary>
    private static void Follow<TLanes, TVector>(ColumnTile tile, ReadOnlySpan<float> hessian, int stride, int first, int size, int length)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector minus = TLanes.Create(-1);
        ref float values = ref MemoryMarshal.GetArrayDataReference(tile.Values), changes = ref MemoryMarshal.GetArrayDataReference(tile.Changes);
        for (int i = first; i < first + size; i++)
        {
            TVector minusChange = TLanes.Multiply(TLanes.Load(in changes, i * TLanes.Width), minus);
            ReadOnlySpan<float> row = hessian.Slice(i * stride, length);
            for (int j = first + size; j < row.Length; j++)
            {
                TLanes.Store(TLanes.MultiplyAdd(minusChange, TLanes.Create(row[j]), TLanes.Load(in values, j * TLanes.Width)), ref values, j * TLanes.Width);
            }
        }
    }
}
