using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Rows of a tensor of a GGUF file, decoded as they are read.</summary>
internal sealed class TensorRows(DecoderWeight weight, GgufTensor tensor, string file) : IWeightRows
{
    public string Name => weight.Name;

    public string File => file;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination) => tensor.ReadFloat32((long)first * Columns, destination[..(count * Columns)]);

    public void Release() => tensor.Release();
}
