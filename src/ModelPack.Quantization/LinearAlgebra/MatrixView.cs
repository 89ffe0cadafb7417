namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>A row-major window into an array; the array belongs to the caller.</summary>
/// <param name="Values">The array.</param>
/// <param name="Offset">Where the first element is.</param>
/// <param name="Rows">Rows, at least 0.</param>
/// <param name="Columns">Columns, at least 0.</param>
/// <param name="Stride">Elements from one row to the next, at least <paramref name="Columns"/>.</param>
public readonly record struct MatrixView(float[] Values, int Offset, int Rows, int Columns, int Stride)
{
    /// <summary>A whole array of rows * columns elements.</summary>
    public MatrixView(float[] values, int rows, int columns)
        : this(values, 0, rows, columns, columns)
    {
    }

    /// <summary>A window of this window: [rows, columns] from (<paramref name="row"/>, <paramref name="column"/>) on.</summary>
    public MatrixView Slice(int row, int column, int rows, int columns) => new(Values, Offset + (row * Stride) + column, rows, columns, Stride);
}
