using ModelPack.Packing.Quantizing;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Adapters;

/// <summary>Rows of a weight with an adapter's low-rank sum added. Thread-safe.</summary>
internal sealed class MergedRows(IWeightRows rows, LowRankFactors factors) : IWeightRows
{
    public string Name => rows.Name;

    public string File => rows.File;

    public int Rows => rows.Rows;

    public int Columns => rows.Columns;

    public void Read(int first, int count, Span<float> destination)
    {
        rows.Read(first, count, destination);
        LowRankSum.Add(factors.Left.AsSpan(first * factors.Rank, count * factors.Rank), factors.Right, factors.Rank, factors.Scale, destination);
    }

    public void Release() => rows.Release();
}
