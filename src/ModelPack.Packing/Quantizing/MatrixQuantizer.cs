using System.Buffers;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Quantizes one matrix in row blocks on several cores; the result does not depend on their number.</summary>
internal static class MatrixQuantizer
{
    // Floats of a block: 1 MB, so that a block and its codes stay in a core's cache.
    private const int BlockFloats = 1 << 18;

    /// <summary>Quantizes a matrix by round-to-nearest with searched scales.</summary>
    /// <param name="rows">Gives rows as floats; called from several threads at once.</param>
    /// <param name="scheme">Bits, group size, symmetry.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    /// <returns>The codes, and the squared norms of the matrix and of its error.</returns>
    /// <exception cref="ModelPackException">MPK1406: the matrix holds NaN or an infinity.</exception>
    public static QuantizationOutcome Quantize(IWeightRows rows, QuantizationScheme scheme, ParallelOptions parallel)
    {
        int columns = rows.Columns;
        int codeBytes = scheme.CodeBytesPerRow(columns);
        int groups = scheme.GroupsPerRow(columns);
        int zeroBytes = scheme.ZeroPointBytesPerRow(columns);
        var codes = new byte[(long)rows.Rows * codeBytes];
        var scales = new Half[(long)rows.Rows * groups];
        var zeroPoints = new byte[(long)rows.Rows * zeroBytes];

        int blockRows = Math.Max(1, BlockFloats / columns);
        int blocks = (rows.Rows + blockRows - 1) / blockRows;
        var norms = new (double Weight, double Error)[blocks];
        RowBlocks.Run(blocks, parallel, block =>
        {
            int first = block * blockRows;
            int count = Math.Min(blockRows, rows.Rows - first);
            int floats = count * columns;
            float[] values = ArrayPool<float>.Shared.Rent(floats);
            float[] restored = ArrayPool<float>.Shared.Rent(floats);
            try
            {
                Span<float> weights = values.AsSpan(0, floats);
                rows.Read(first, count, weights);
                FiniteRows.Require(rows.Name, rows.File, columns, (long)first * columns, weights);
                Span<byte> blockCodes = codes.AsSpan(first * codeBytes, count * codeBytes);
                Span<Half> blockScales = scales.AsSpan(first * groups, count * groups);
                Span<byte> blockZeros = zeroPoints.AsSpan(first * zeroBytes, count * zeroBytes);
                RoundToNearest.QuantizeRows(weights, columns, scheme, [], blockCodes, blockScales, blockZeros);
                Dequantization.DequantizeRows(scheme, columns, blockCodes, blockScales, blockZeros, restored.AsSpan(0, floats));
                norms[block] = SquaredNorms.Of(weights, restored.AsSpan(0, floats));
            }
            finally
            {
                ArrayPool<float>.Shared.Return(values);
                ArrayPool<float>.Shared.Return(restored);
            }
        });

        double weightNorm = 0;
        double errorNorm = 0;
        foreach ((double weight, double error) in norms)
        {
            weightNorm += weight;
            errorNorm += error;
        }

        return new QuantizationOutcome(new QuantizedMatrix(scheme, rows.Rows, columns, codes, scales, zeroPoints), weightNorm, errorNorm);
    }
}
