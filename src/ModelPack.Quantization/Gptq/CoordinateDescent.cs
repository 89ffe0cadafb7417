using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// One code at a time is set to the best one given all others: with E = weights - values and P = E H, column k wants the value Q_k + P_k / H_kk.
/// The damped objective never rises.
/// </summary>
internal static class CoordinateDescent
{
    private const int BlockColumns = 128;

    /// <summary>One pass over all columns in the given order. Changes Levels and keeps Product of <paramref name="block"/> up to date; uses Scratch.</summary>
    /// <returns>Codes that changed.</returns>
    public static long Pass<TLanes, TVector>(RowBlock block, GptqInput input)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int columns = block.Columns;
        var tile = new ColumnTile(BlockColumns, TLanes.Width);
        var local = new float[BlockColumns * BlockColumns];
        Span<int> changedPlaces = stackalloc int[BlockColumns];
        Span<float> changes = stackalloc float[BlockColumns];
        long changed = 0;
        for (int start = 0; start < columns; start += BlockColumns)
        {
            int length = Math.Min(BlockColumns, columns - start);
            ReadOnlySpan<int> places = input.Order.AsSpan(start, length);
            GatherSquare(input.Hessian, columns, places, local);
            for (int row = 0; row < block.Rows; row += TLanes.Width)
            {
                tile.LoadFormat(block, places, row);
                tile.Load(block.Levels, columns, places, row, block.Rows, tile.Levels);
                tile.Load(block.Product, columns, places, row, block.Rows, tile.Values);
                DescendTile<TLanes, TVector>(tile, local, length);
                tile.StoreLevels(block, places, row);
                tile.Store(tile.Changes, block.Scratch, columns, start, length, row, block.Rows);
            }

            for (int row = 0; row < block.Rows; row++)
            {
                int count = Compact(block.Scratch.AsSpan((row * columns) + start, length), places, changedPlaces, changes);
                RowUpdate.Subtract<TLanes, TVector>(block.Product.AsSpan(row * columns, columns), input.Hessian, changedPlaces[..count], changes[..count]);
                changed += count;
            }
        }

        return changed;
    }

    private static void DescendTile<TLanes, TVector>(ColumnTile tile, float[] local, int length)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector minus = TLanes.Create(-1), range = TLanes.Create(tile.MaxCode);
        ref float products = ref MemoryMarshal.GetArrayDataReference(tile.Values), levels = ref MemoryMarshal.GetArrayDataReference(tile.Levels);
        ref float scales = ref MemoryMarshal.GetArrayDataReference(tile.Scales), zeros = ref MemoryMarshal.GetArrayDataReference(tile.Zeros);
        ref float changes = ref MemoryMarshal.GetArrayDataReference(tile.Changes);
        for (int i = 0; i < length; i++)
        {
            int at = i * TLanes.Width;
            ReadOnlySpan<float> row = local.AsSpan(i * BlockColumns, length);
            TVector level = TLanes.Load(in levels, at), scale = TLanes.Load(in scales, at);
            TVector low = TLanes.Multiply(TLanes.Load(in zeros, at), minus), high = TLanes.Add(low, range);
            TVector wanted = TLanes.MultiplyAdd(scale, level, TLanes.Divide(TLanes.Load(in products, at), TLanes.Create(row[i])));
            TVector better = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(wanted, scale)), high), low);
            TVector minusChange = TLanes.Multiply(scale, TLanes.MultiplyAdd(better, minus, level));
            TLanes.Store(better, ref levels, at);
            TLanes.Store(TLanes.Multiply(minusChange, minus), ref changes, at);
            if (AllZero(tile.Changes.AsSpan(at, TLanes.Width)))
            {
                continue;
            }

            for (int j = 0; j < row.Length; j++)
            {
                TLanes.Store(TLanes.MultiplyAdd(minusChange, TLanes.Create(row[j]), TLanes.Load(in products, j * TLanes.Width)), ref products, j * TLanes.Width);
            }
        }
    }

    private static bool AllZero(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (value != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Compact(ReadOnlySpan<float> all, ReadOnlySpan<int> places, Span<int> changedPlaces, Span<float> changes)
    {
        int count = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] != 0)
            {
                changedPlaces[count] = places[i];
                changes[count++] = all[i];
            }
        }

        return count;
    }

    private static void GatherSquare(float[] hessian, int columns, ReadOnlySpan<int> places, float[] local)
    {
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<float> row = hessian.AsSpan(places[i] * columns, columns);
            for (int j = 0; j < places.Length; j++)
            {
                local[(i * BlockColumns) + j] = row[places[j]];
            }
        }
    }
}
