namespace ModelPack.Quantization.Gptq;

/// <summary>What a <see cref="ColumnPass"/> does with a block of columns of a few rows.</summary>
internal interface ITileStep
{
    /// <summary>
    /// Improves the levels and scales of a tile. Levels and Values (the product) are given; Levels, Changes and the scales of <paramref name="block"/> are
    /// written, Values may be.
    /// </summary>
    /// <param name="tile">[length, lanes] arrays.</param>
    /// <param name="square">[length, length]: the hessian of these columns among themselves.</param>
    /// <param name="block">The rows; only the scales of these columns and lanes may be changed.</param>
    /// <param name="start">First column: the first of a group.</param>
    /// <param name="length">Columns.</param>
    /// <param name="firstRow">Row of the first lane.</param>
    void Run(ColumnTile tile, float[] square, RowBlock block, int start, int length, int firstRow);
}
