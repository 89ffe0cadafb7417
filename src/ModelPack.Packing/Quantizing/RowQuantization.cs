using System.Buffers;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Quantizes a matrix whose rows depend on nothing but themselves, a few rows at a time on each core.</summary>
internal static class RowQuantization
{
    // Floats of a block: 1 MB, so that a block and its codes stay in a core's cache.
    private const int BlockFloats = 1 << 18;

    /// <summary>Writes codes, scales and zero points of whole rows.</summary>
    public delegate void Quantizer(ReadOnlySpan<float> weights, Span<byte> codes, Span<Half> scales, Span<byte> zeroPoints);

    /// <summary>Quantizes all rows.</summary>
    /// <exception cref="ModelPackException">MPK1406: the matrix holds NaN or an infinity.</exception>
    public static QuantizationOutcome Run(IWeightRows rows, QuantizationScheme scheme, Quantizer quantize, ParallelOptions parallel)
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
                quantize(weights, blockCodes, blockScales, blockZeros);
                Dequantization.DequantizeRows(scheme, columns, blockCodes, blockScales, blockZeros, restored.AsSpan(0, floats));
                norms[block] = SquaredNorms.Of(weights, restored.AsSpan(0, floats));
            }
            finally
            {
                ArrayPool<float>.Shared.Return(values);
                ArrayPool<float>.Shared.Return(restored);
            }
        });

        return QuantizationOutcome.Of(new QuantizedMatrix(scheme, rows.Rows, columns, codes, scales, zeroPoints), norms);
    }
}
