namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Where a block of a result lies: its memory, its size, its first row and column in the whole result, and the part of that to write.</summary>
internal readonly unsafe struct BlockPlace(float* start, nint stride, int rows, int columns, int firstRow, int firstColumn, MatrixRegion region)
{
    public float* Start { get; } = start;

    public nint Stride { get; } = stride;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int FirstRow { get; } = firstRow;

    public int FirstColumn { get; } = firstColumn;

    public MatrixRegion Region { get; } = region;

    /// <summary>Whether no element of the tile belongs to the region.</summary>
    public bool Misses(int row, int column, int rows, int columns) => Region switch
    {
        MatrixRegion.Upper => FirstColumn + column + columns <= FirstRow + row,
        MatrixRegion.Lower => FirstRow + row + rows <= FirstColumn + column,
        _ => false,
    };

    /// <summary>Whether every element of the tile belongs to the region.</summary>
    public bool Covers(int row, int column, int rows, int columns) => Region switch
    {
        MatrixRegion.Upper => FirstColumn + column >= FirstRow + row + rows - 1,
        MatrixRegion.Lower => FirstRow + row >= FirstColumn + column + columns - 1,
        _ => true,
    };
}
