using System.Runtime.InteropServices;

namespace ModelPack.Quantization;

/// <summary>
/// The decision about one matrix [Rows, Columns] (outputs by inputs), in the byte layout of ONNX Runtime's MatMulNBits or MatMulBnb4.
/// The arrays belong to the matrix; they must not change after construction.
/// </summary>
public sealed class QuantizedMatrix
{
    /// <summary>Wraps the arrays without copying them, in a scheme with float16 scales.</summary>
    /// <exception cref="ArgumentException">An array's length does not fit the shape and the scheme.</exception>
    public QuantizedMatrix(QuantizationScheme scheme, int rows, int columns, byte[] codes, Half[] scales, byte[] zeroPoints)
        : this(scheme, rows, columns, codes, scales, [], zeroPoints)
    {
    }

    /// <summary>Wraps the arrays without copying them, in a scheme with float32 scales.</summary>
    /// <exception cref="ArgumentException">An array's length does not fit the shape and the scheme.</exception>
    public QuantizedMatrix(QuantizationScheme scheme, int rows, int columns, byte[] codes, float[] scales, byte[] zeroPoints)
        : this(scheme, rows, columns, codes, [], scales, zeroPoints)
    {
    }

    private QuantizedMatrix(QuantizationScheme scheme, int rows, int columns, byte[] codes, Half[] scales, float[] wideScales, byte[] zeroPoints)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(wideScales);
        ArgumentNullException.ThrowIfNull(zeroPoints);
        long groups = (long)rows * scheme.GroupsPerRow(columns);
        RequireLength(codes.Length, (long)rows * scheme.CodeBytesPerRow(columns), nameof(codes));
        RequireLength(scales.Length, scheme.ScaleType == ScaleType.Float16 ? groups : 0, nameof(scales));
        RequireLength(wideScales.Length, scheme.ScaleType == ScaleType.Float32 ? groups : 0, nameof(scales));
        RequireLength(zeroPoints.Length, (long)rows * scheme.ZeroPointBytesPerRow(columns), nameof(zeroPoints));
        Scheme = scheme;
        Rows = rows;
        Columns = columns;
        Codes = codes;
        Scales = scales;
        WideScales = wideScales;
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

    /// <summary>[Rows, groups]; rounded to float16 before the codes were chosen. May be negative, never NaN or infinite. Empty in a scheme with float32 scales.</summary>
    public Half[] Scales { get; }

    /// <summary>[Rows, groups] in a scheme with float32 scales, else empty. May be negative, never NaN or infinite.</summary>
    public float[] WideScales { get; }

    /// <summary>The scales as they are stored, in the scheme's type.</summary>
    public ReadOnlySpan<byte> ScaleBytes => Scheme.ScaleType == ScaleType.Float32 ? MemoryMarshal.AsBytes(WideScales.AsSpan()) : MemoryMarshal.AsBytes(Scales.AsSpan());

    /// <summary>
    /// Zero points: [Rows, ceil(groups * Bits / 8)], lowest bits first, each row on its own byte. Offsets and minimums: [Rows, groups] numbers in
    /// the scheme's type.
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
