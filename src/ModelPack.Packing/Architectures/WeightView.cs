namespace ModelPack.Packing.Architectures;

/// <summary>
/// How a weight lies in a tensor that holds it transposed or between others: element (row, column) is the tensor's element
/// Start + row / BlockRows * BlockStride + row % BlockRows * RowStride + column * ColumnStride. A vector's elements count as
/// rows. Immutable.
/// </summary>
/// <param name="Start">Index of the first element.</param>
/// <param name="BlockRows">Rows that follow each other by <paramref name="RowStride"/>.</param>
/// <param name="BlockStride">Elements from one block of rows to the next.</param>
/// <param name="RowStride">Elements from one row to the next.</param>
/// <param name="ColumnStride">Elements from one column to the next; 1 unless the tensor is transposed.</param>
public sealed record WeightView(long Start, int BlockRows, long BlockStride, long RowStride, long ColumnStride)
{
    /// <summary>Index of the first element of a row.</summary>
    public long RowStart(int row) => Start + (row / BlockRows * BlockStride) + (row % BlockRows * RowStride);
}
