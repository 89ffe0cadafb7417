using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Rows of a weight of a GGUF file, decoded as ggml decodes them, in the published order. What a family adds to its norms is in the file already.</summary>
/// <param name="weight">The weight.</param>
/// <param name="part">Where it lies.</param>
internal sealed class GgufRows(DecoderWeight weight, StoredPart part) : IWeightRows
{
    public string Name => weight.Name;

    public string File => part.Tensor.File;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        if (part.HeadRows == 0)
        {
            part.Tensor.ReadFloat32(part.Start + ((long)first * Columns), destination[..(count * Columns)]);
        }
        else if (Rows == 1)
        {
            ReadVector(destination);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                part.Tensor.ReadFloat32(part.Start + ((long)NeighbourRows.Stored(first + i, part.HeadRows) * Columns), destination.Slice(i * Columns, Columns));
            }
        }
    }

    public void Release() => part.Tensor.Release();

    private void ReadVector(Span<float> destination)
    {
        var values = new float[Columns];
        part.Tensor.ReadFloat32(part.Start, values);
        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = values[NeighbourRows.Stored(i, part.HeadRows)];
        }
    }
}
