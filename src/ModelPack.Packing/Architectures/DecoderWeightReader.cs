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
        checkpoint.Tensors[weight.Tensor].ReadFloat32(FirstElement(weight, firstRow), destination);
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
        checkpoint.Tensors[weight.Tensor].Release(FirstElement(weight, firstRow), (long)rows * weight.Columns);
    }

    private static long FirstElement(DecoderWeight weight, int firstRow) => (long)(weight.FirstRow + firstRow) * weight.Columns;
}
