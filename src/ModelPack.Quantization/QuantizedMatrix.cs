namespace ModelPack.Quantization;

/// <summary>
/// The decision about one matrix [Rows, Columns] (outputs by inputs), in the byte layout of ONNX Runtime's MatMulNBits or MatMulBnb4.
/// The arrays belong to the matrix; they must not change after construction.
/// </summary>
public sealed class QuantizedMatrix
{
    /// <summary>Wraps the arrays without copying them.</summary>
    /// <exception cref="ArgumentException">An array's length does not fit the shape and the scheme.</exception>
    public QuantizedMatrix(QuantizationScheme scheme, int rows, int columns, byte[] codes, Half[] scales, byte[] zeroPoints)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(zeroPoints);
        RequireLength(codes.Length, (long)rows * scheme.CodeBytesPerRow(columns), nameof(codes));
        RequireLength(scales.Length, (long)rows * scheme.GroupsPerRow(columns), nameof(scales));
        RequireLength(zeroPoints.Length, (long)rows * scheme.ZeroPointBytesPerRow(columns), nameof(zeroPoints));
        Scheme = scheme;
        Rows = rows;
        Columns = columns;
        Codes = codes;
        Scales = scales;
        ZeroPoints = zeroPoints;
    }

    /// <summary>Bits, group size, grid.</summary>
    public QuantizationScheme Scheme { get; }

    /// <summary>Outputs (N).</summary>
    public int Rows { get; }

    /// <summary>Inputs (K).</summary>
    public int Columns { get; }

    /// <summary>
    /// [Rows, groups, GroupSize * Bits / 8], lowest bits first, or highest first in a grid of floats; the padding of a last, partial group holds
    /// the code of zero (of the offset).
    /// </summary>
    public byte[] Codes { get; }

    /// <summary>[Rows, groups]; rounded to float16 before the codes were chosen. May be negative, never NaN or infinite.</summary>
    public Half[] Scales { get; }

    /// <summary>
    /// Zero points: [Rows, ceil(groups * Bits / 8)], lowest bits first, each row on its own byte. Offsets: [Rows, groups] float16 numbers.
    /// Empty in the other grids.
    /// </summary>
    public byte[] ZeroPoints { get; }

    private static void RequireLength(int actual, long expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} entries, {expected} are needed.", name);
        }
    }
}
