using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Rows of a tensor of a GGUF file, decoded as ggml decodes them, in the published order.</summary>
/// <param name="weight">The weight.</param>
/// <param name="tensor">The tensor that holds it.</param>
/// <param name="file">The file, for messages.</param>
/// <param name="headSize">Rows of a head whose rows are stored in the order of <see cref="NeighbourRows"/>; 0: in the published order.</param>
internal sealed class GgufRows(DecoderWeight weight, GgufTensor tensor, string file, int headSize) : IWeightRows
{
    public string Name => weight.Name;

    public string File => file;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        if (headSize == 0)
        {
            tensor.ReadFloat32((long)first * Columns, destination[..(count * Columns)]);
        }
        else if (Rows == 1)
        {
            ReadVector(destination);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                tensor.ReadFloat32((long)NeighbourRows.Stored(first + i, headSize) * Columns, destination.Slice(i * Columns, Columns));
            }
        }
    }

    public void Release() => tensor.Release();

    private void ReadVector(Span<float> destination)
    {
        var values = new float[Columns];
        tensor.ReadFloat32(0, values);
        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = values[NeighbourRows.Stored(i, headSize)];
        }
    }
}
