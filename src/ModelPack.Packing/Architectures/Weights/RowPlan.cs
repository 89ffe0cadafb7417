namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Where the rows of a linear layer lie among those of a tensor: row r is row First + r / Block * Stride + r % Block.</summary>
/// <param name="Total">Rows of the tensor.</param>
/// <param name="First">The layer's first row.</param>
/// <param name="Block">Rows that follow each other.</param>
/// <param name="Stride">Rows from one block to the next.</param>
internal readonly record struct RowPlan(Extent Total, int First, int Block, int Stride)
{
    /// <summary>All rows of a tensor.</summary>
    public static RowPlan Whole(Extent rows) => new(rows, 0, rows.Size, rows.Size);

    /// <summary>Consecutive rows.</summary>
    public static RowPlan Slice(Extent total, int first, int count) => new(total, first, count, count);

    /// <summary>True when the rows are consecutive.</summary>
    public bool IsConsecutive => Block == Stride;
}
