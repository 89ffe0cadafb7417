using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Quantizing;

/// <summary>Rows of a weight in a checkpoint. Gives mapped pages back after reading, so that memory stays small.</summary>
internal sealed class CheckpointRows(DecoderWeight weight, SafetensorsCheckpoint checkpoint) : IWeightRows
{
    private readonly SafetensorsTensor _tensor = checkpoint.Tensors[weight.Tensor];

    public string Name => weight.Name;

    public string File => _tensor.File;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        long element = (long)(weight.FirstRow + first) * weight.Columns;
        _tensor.ReadFloat32(element, destination);
        _tensor.Release(element, destination.Length);
    }

    // A fault maps pages around the one that was asked for, so the pages of a block come back while its neighbours are read.
    public void Release() => _tensor.Release((long)weight.FirstRow * weight.Columns, weight.ElementCount);
}
