using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The rows of a matrix, or the elements of a vector, in another order. Pure as far as its source is.</summary>
/// <param name="source">The rows in their own order.</param>
/// <param name="sourceOf">Row of the source that stands at a row.</param>
internal sealed class ReorderedRows(IWeightRows source, Func<int, int> sourceOf) : IWeightRows
{
    public string Name => source.Name;

    public string File => source.File;

    public int Rows => source.Rows;

    public int Columns => source.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        if (Rows == 1)
        {
            ReadVector(destination);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            source.Read(sourceOf(first + i), 1, destination.Slice(i * Columns, Columns));
        }
    }

    public void Release() => source.Release();

    private void ReadVector(Span<float> destination)
    {
        var values = new float[Columns];
        source.Read(0, 1, values);
        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = values[sourceOf(i)];
        }
    }
}
