using ModelPack.Formats.Gguf;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Rows of a weight in a tensor of a GGUF file, decoded as they are read.</summary>
internal sealed class TensorRows(NamedWeight named, GgufTensor tensor, string file) : IWeightRows
{
    public string Name => named.Weight.Name;

    public string File => file;

    public int Rows => named.Weight.Rows;

    public int Columns => named.Weight.Columns;

    public void Read(int first, int count, Span<float> destination) => tensor.ReadFloat32(named.Start + ((long)first * Columns), destination[..(count * Columns)]);

    public void Release() => tensor.Release();
}
