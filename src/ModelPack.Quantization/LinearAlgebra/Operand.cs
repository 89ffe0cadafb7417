namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>A matrix with a stride for each direction, so that a transposed matrix is only another operand.</summary>
internal readonly record struct Operand(float[] Values, int Offset, int Rows, int Columns, int RowStride, int ColumnStride)
{
    public Operand Transposed => new(Values, Offset, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The operand of a caller's view.</summary>
    /// <exception cref="ArgumentException">The window reaches outside its array.</exception>
    public static Operand Of(MatrixView view, string name)
    {
        ArgumentNullException.ThrowIfNull(view.Values, name);
        long end = view.Offset + ((view.Rows - 1L) * view.Stride) + view.Columns;
        bool empty = view.Rows == 0 || view.Columns == 0;
        if (view.Offset < 0 || view.Rows < 0 || view.Columns < 0 || view.Stride < view.Columns || (!empty && end > view.Values.Length))
        {
            throw new ArgumentException(
                $"The window [{view.Rows}, {view.Columns}] with stride {view.Stride} at {view.Offset} does not fit an array of {view.Values.Length} values.", name);
        }

        return new Operand(view.Values, view.Offset, view.Rows, view.Columns, view.Stride, 1);
    }

    /// <summary>The operand of a caller's square view.</summary>
    /// <exception cref="ArgumentException">The window is not square, or reaches outside its array.</exception>
    public static Operand OfSquare(MatrixView view, string name) => view.Rows == view.Columns
        ? Of(view, name)
        : throw new ArgumentException($"The matrix [{view.Rows}, {view.Columns}] is not square.", name);

    public Operand Slice(int row, int column, int rows, int columns) =>
        new(Values, Offset + (row * RowStride) + (column * ColumnStride), rows, columns, RowStride, ColumnStride);
}
