using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Rows on their way between a source and a file, each in the other's order.</summary>
internal static class FileRows
{
    /// <summary>Rows of the source in the order of the file.</summary>
    public static IWeightRows Of(PackJob job, NamedWeight named)
    {
        IWeightRows rows = job.Source.Rows(named.Weight);
        int headSize = job.Source.Architecture.HeadSize;
        return named.NeighbourHeads ? new ReorderedRows(rows, row => NeighbourOrder.ToPublished(row, headSize)) : rows;
    }

    /// <summary>Rows of the file in the order of the source.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="named">The weight.</param>
    /// <param name="rows">Its rows as the file has them.</param>
    public static IWeightRows Published(DecoderArchitecture architecture, NamedWeight named, IWeightRows rows) => named.NeighbourHeads
        ? new ReorderedRows(rows, row => NeighbourOrder.FromPublished(row, architecture.HeadSize))
        : rows;
}
