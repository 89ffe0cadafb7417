using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Quantizing;

/// <summary>Rows of a weight in a checkpoint. Gives mapped pages back after reading, so that memory stays small.</summary>
internal sealed class CheckpointRows(DecoderWeight weight, SafetensorsCheckpoint checkpoint) : IWeightRows
{
    public string Name => weight.Name;

    public string File => checkpoint.Tensors[weight.Tensor].File;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        DecoderWeightReader.ReadRows(checkpoint, weight, first, destination);
        DecoderWeightReader.Release(checkpoint, weight, first, count);
    }

    // A fault maps pages around the one that was asked for, so the pages of a block come back while its neighbours are read.
    public void Release() => DecoderWeightReader.Release(checkpoint, weight, 0, weight.Rows);
}
