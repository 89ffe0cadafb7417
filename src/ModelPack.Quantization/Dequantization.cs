namespace ModelPack.Quantization;

/// <summary>Codes back to float32. Pure and thread-safe.</summary>
public static class Dequantization
{
    /// <summary>Writes scale * (code - zero point) for every weight of whole rows, in float32 exactly as the product rounds.</summary>
    /// <param name="scheme">Bits, group size, symmetry.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="codes">[rows, CodeBytesPerRow].</param>
    /// <param name="scales">[rows, GroupsPerRow].</param>
    /// <param name="zeroPoints">[rows, ZeroPointBytesPerRow]; empty when symmetric.</param>
    /// <param name="destination">[rows, columns].</param>
    /// <exception cref="ArgumentException">A length that does not fit the number of rows.</exception>
    public static void DequantizeRows(
        QuantizationScheme scheme,
        int columns,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<Half> scales,
        ReadOnlySpan<byte> zeroPoints,
        Span<float> destination)
    {
        int rows = RowLayout.CountRows(scheme, columns, destination.Length, codes.Length, scales.Length, zeroPoints.Length);
        int groups = scheme.GroupsPerRow(columns);
        int codeBytes = scheme.CodeBytesPerRow(columns);
        int zeroPointBytes = scheme.ZeroPointBytesPerRow(columns);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> rowCodes = codes.Slice(row * codeBytes, codeBytes);
            ReadOnlySpan<byte> rowZeroPoints = zeroPoints.Slice(row * zeroPointBytes, zeroPointBytes);
            Span<float> output = destination.Slice(row * columns, columns);
            for (int group = 0; group < groups; group++)
            {
                float scale = (float)scales[(row * groups) + group];
                int zero = scheme.Symmetric ? scheme.MiddleCode : CodePacking.Unpack(rowZeroPoints, scheme.Bits, group);
                int end = Math.Min(columns, (group + 1) * scheme.GroupSize);
                for (int k = group * scheme.GroupSize; k < end; k++)
                {
                    output[k] = scale * (CodePacking.Unpack(rowCodes, scheme.Bits, k) - zero);
                }
            }
        }
    }

    /// <summary>The whole matrix as float32 [Rows, Columns].</summary>
    public static float[] Dequantize(QuantizedMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var values = new float[checked(matrix.Rows * matrix.Columns)];
        DequantizeRows(matrix.Scheme, matrix.Columns, matrix.Codes, matrix.Scales, matrix.ZeroPoints, values);
        return values;
    }
}
