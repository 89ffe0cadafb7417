using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Rows on their way between a source and a file, each in the other's order.</summary>
internal static class FileRows
{
    /// <summary>Rows of the source as the file has them.</summary>
    public static IWeightRows Of(PackJob job, NamedWeight named) => Stored(named, job.Source.Rows(named.Weight));

    /// <summary>Rows of a source as a file has them.</summary>
    /// <param name="named">The weight.</param>
    /// <param name="rows">Its rows in the published order.</param>
    public static IWeightRows Stored(NamedWeight named, IWeightRows rows)
    {
        IWeightRows ordered = named.HeadRows > 0 ? new ReorderedRows(rows, row => NeighbourOrder.ToPublished(row, named.HeadRows)) : rows;
        return named.Factor == 1 ? ordered : new ScaledRows(ordered, named.Factor);
    }

    /// <summary>Rows of the file as the source has them.</summary>
    /// <param name="named">The weight.</param>
    /// <param name="rows">Its rows as the file has them.</param>
    public static IWeightRows Published(NamedWeight named, IWeightRows rows)
    {
        IWeightRows ordered = named.HeadRows > 0 ? new ReorderedRows(rows, row => NeighbourOrder.FromPublished(row, named.HeadRows)) : rows;
        return named.Factor == 1 ? ordered : new ScaledRows(ordered, 1 / named.Factor);
    }
}
