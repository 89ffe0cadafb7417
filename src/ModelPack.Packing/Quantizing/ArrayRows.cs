using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Quantizing;

/// <summary>Rows of values in an array [Rows, Columns].</summary>
internal sealed class ArrayRows(DecoderWeight weight, float[] values) : IWeightRows
{
    public string Name => weight.Name;

    public string File => weight.Tensor;

    public int Rows => weight.Rows;

    public int Columns => weight.Columns;

    public void Read(int first, int count, Span<float> destination) => values.AsSpan(first * Columns, count * Columns).CopyTo(destination);

    public void Release()
    {
    }
}
