using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>A source whose linear weights are put through an encoder and a decoder. Owned by nobody; the source it stands on must live longer.</summary>
/// <param name="source">The source.</param>
/// <param name="round">Name of a weight, its values and columns to what comes back.</param>
internal sealed class RoundedSource(ModelSource source, Func<string, float[], int, float[]> round)
    : ModelSource(source.Folder, source.Name, source.Architecture, source.CopiedFiles, source.Inputs)
{
    public override string Kind => source.Kind;

    public override string NameOf(string input) => source.NameOf(input);

    internal override IWeightRows Rows(DecoderWeight weight)
    {
        IWeightRows rows = source.Rows(weight);
        if (!weight.Name.Contains("_proj", StringComparison.Ordinal) || !weight.IsMatrix)
        {
            return rows;
        }

        var values = new float[rows.Rows * rows.Columns];
        rows.Read(0, rows.Rows, values);
        return new ArrayRows(rows, round(weight.Name, values, rows.Columns));
    }

    internal override (string File, long Offset) PlaceOf(DecoderWeight weight) => source.PlaceOf(weight);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class ArrayRows(IWeightRows like, float[] values) : IWeightRows
    {
        public string Name => like.Name;

        public string File => like.File;

        public int Rows => like.Rows;

        public int Columns => like.Columns;

        public void Read(int first, int count, Span<float> destination) => values.AsSpan(first * Columns, count * Columns).CopyTo(destination);

        public void Release() => like.Release();
    }
}
