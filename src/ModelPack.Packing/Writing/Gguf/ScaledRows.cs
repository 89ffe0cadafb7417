using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The rows of a matrix, or the elements of a vector, times a factor.</summary>
internal sealed class ScaledRows(IWeightRows source, float factor) : IWeightRows
{
    public string Name => source.Name;

    public string File => source.File;

    public int Rows => source.Rows;

    public int Columns => source.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        source.Read(first, count, destination);
        Span<float> values = destination[..(count * Columns)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }

    public void Release() => source.Release();
}
