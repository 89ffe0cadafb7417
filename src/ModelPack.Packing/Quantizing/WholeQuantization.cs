using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Quantizes a matrix by a method that looks at all of it; holds it in float32 meanwhile.</summary>
internal static class WholeQuantization
{
    // Floats that are read or compared at a time.
    private const int BlockFloats = 1 << 18;

    /// <summary>Reads the matrix and quantizes it.</summary>
    /// <param name="rows">Gives rows as floats; called from several threads at once.</param>
    /// <param name="quantize">From [Rows, Columns] to the decision.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    /// <exception cref="ModelPackException">MPK1406: the matrix holds NaN or an infinity.</exception>
    public static QuantizationOutcome Run(IWeightRows rows, Func<float[], QuantizedMatrix> quantize, ParallelOptions parallel)
    {
        int columns = rows.Columns;
        var values = new float[checked(rows.Rows * columns)];
        int blockRows = Math.Max(1, BlockFloats / columns);
        int blocks = (rows.Rows + blockRows - 1) / blockRows;
        RowBlocks.Run(blocks, parallel, block =>
        {
            int first = block * blockRows;
            int count = Math.Min(blockRows, rows.Rows - first);
            Span<float> weights = values.AsSpan(first * columns, count * columns);
            rows.Read(first, count, weights);
            FiniteRows.Require(rows.Name, rows.File, columns, (long)first * columns, weights);
        });

        QuantizedMatrix matrix = quantize(values);
        QuantizationScheme scheme = matrix.Scheme;
        int codeBytes = scheme.CodeBytesPerRow(columns);
        int groups = scheme.GroupsPerRow(columns);
        int zeroBytes = scheme.ZeroPointBytesPerRow(columns);
        var norms = new (double Weight, double Error)[blocks];
        RowBlocks.Run(blocks, parallel, block =>
        {
            int first = block * blockRows;
            int count = Math.Min(blockRows, rows.Rows - first);
            var restored = new float[count * columns];
            Dequantization.DequantizeRows(
                scheme,
                columns,
                matrix.Codes.AsSpan(first * codeBytes, count * codeBytes),
                matrix.Scales.AsSpan(first * groups, count * groups),
                matrix.ZeroPoints.AsSpan(first * zeroBytes, count * zeroBytes),
                restored);
            norms[block] = SquaredNorms.Of(values.AsSpan(first * columns, count * columns), restored);
        });

        return QuantizationOutcome.Of(matrix, norms);
    }
}
