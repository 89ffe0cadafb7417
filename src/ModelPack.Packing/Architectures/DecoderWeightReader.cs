using System.Buffers;
using ModelPack.Formats.Safetensors;

namespace ModelPack.Packing.Architectures;

/// <summary>Reads weights out of a checkpoint: the one place that knows how a weight lies in its tensor. Thread-safe.</summary>
public static class DecoderWeightReader
{
    /// <summary>Reads whole rows as float32.</summary>
    /// <param name="checkpoint">The checkpoint that the architecture was read with.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="destination">[rows, columns], as many rows as it has room for.</param>
    public static void ReadRows(SafetensorsCheckpoint checkpoint, DecoderWeight weight, int firstRow, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(weight);
        ReadRows(checkpoint.Tensors[weight.Tensor], weight, firstRow, destination);
    }

    /// <summary>Reads whole rows as float32 out of the tensor that holds a weight.</summary>
    internal static void ReadRows(SafetensorsTensor tensor, DecoderWeight weight, int firstRow, Span<float> destination)
    {
        if (weight.View is WeightView view)
        {
            // A vector's elements are the rows of its view.
            int columns = weight.Rows == 1 ? 1 : weight.Columns;
            ReadView(tensor, view, firstRow * (weight.Columns / columns), columns, destination);
        }
        else
        {
            tensor.ReadFloat32(FirstElement(weight, firstRow), destination);
        }

        if (weight.Addend != 0)
        {
            foreach (ref float value in destination)
            {
                value += weight.Addend;
            }
        }
    }

    /// <summary>Gives the pages of rows that have been read back to the operating system.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="firstRow">First row, from 0.</param>
    /// <param name="rows">Number of rows.</param>
    public static void Release(SafetensorsCheckpoint checkpoint, DecoderWeight weight, int firstRow, int rows)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(weight);
        SafetensorsTensor tensor = checkpoint.Tensors[weight.Tensor];
        if (weight.View is null)
        {
            tensor.Release(FirstElement(weight, firstRow), (long)rows * weight.Columns);
        }
        else if (firstRow + rows == weight.Rows)
        {
            // Rows of a view lie all over the tensor, and the next rows need the same pages.
            tensor.Release(0, tensor.ElementCount);
        }
    }

    private static void ReadView(SafetensorsTensor tensor, WeightView view, int firstRow, int columns, Span<float> destination)
    {
        int rows = destination.Length / columns;
        for (int done = 0; done < rows;)
        {
            int row = firstRow + done;
            int count = Math.Min(rows - done, view.BlockRows - (row % view.BlockRows));
            Span<float> target = destination.Slice(done * columns, count * columns);
            if (view.ColumnStride == 1 && view.RowStride == columns)
            {
                tensor.ReadFloat32(view.RowStart(row), target);
            }
            else if (view.ColumnStride == 1 && columns > 1)
            {
                for (int i = 0; i < count; i++)
                {
                    tensor.ReadFloat32(view.RowStart(row + i), target.Slice(i * columns, columns));
                }
            }
            else
            {
                ReadColumns(tensor, view, row, count, columns, target);
            }

            done += count;
        }
    }

    /// <summary>Rows of one block, column by column: neighbours in the tensor are then neighbours in what is read.</summary>
    private static void ReadColumns(SafetensorsTensor tensor, WeightView view, int firstRow, int rows, int columns, Span<float> destination)
    {
        int step = checked((int)view.RowStride);
        int length = checked(((rows - 1) * step) + 1);
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        try
        {
            for (int column = 0; column < columns; column++)
            {
                Span<float> read = rented.AsSpan(0, length);
                tensor.ReadFloat32(view.RowStart(firstRow) + (column * view.ColumnStride), read);
                for (int row = 0; row < rows; row++)
                {
                    destination[(row * columns) + column] = read[row * step];
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static long FirstElement(DecoderWeight weight, int firstRow) => (long)(weight.FirstRow + firstRow) * weight.Columns;
}
