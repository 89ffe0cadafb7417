namespace ModelPack.Quantization;

/// <summary>How a matrix is stored: bits of a code, inputs that share a scale, zero points or not. Immutable, thread-safe.</summary>
/// <remarks>
/// value[n, k] = scale[n, k / GroupSize] * (code[n, k] - zero[n, k / GroupSize]); the zero point of a symmetric
/// matrix is 2^(Bits - 1). Codes, zero points and their packing are those of ONNX Runtime's MatMulNBits.
/// </remarks>
public sealed record QuantizationScheme
{
    /// <summary>Creates a scheme.</summary>
    /// <param name="bits">2, 4 or 8.</param>
    /// <param name="groupSize">16, 32, 64, 128 or 256 consecutive inputs.</param>
    /// <param name="symmetric">True: no zero points are stored.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside these ranges.</exception>
    public QuantizationScheme(int bits, int groupSize, bool symmetric)
    {
        if (bits is not (2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "2, 4 or 8 bits are supported.");
        }

        if (groupSize is not (16 or 32 or 64 or 128 or 256))
        {
            throw new ArgumentOutOfRangeException(nameof(groupSize), groupSize, "Groups of 16, 32, 64, 128 or 256 are supported.");
        }

        Bits = bits;
        GroupSize = groupSize;
        Symmetric = symmetric;
    }

    /// <summary>Bits of a code: 2, 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>Consecutive inputs that share a scale: 16, 32, 64, 128 or 256.</summary>
    public int GroupSize { get; }

    /// <summary>True when no zero points are stored.</summary>
    public bool Symmetric { get; }

    /// <summary>Largest code, 2^Bits - 1.</summary>
    public int MaxCode => (1 << Bits) - 1;

    /// <summary>Zero point of a symmetric matrix, 2^(Bits - 1).</summary>
    public int MiddleCode => 1 << (Bits - 1);

    /// <summary>Groups of a row of <paramref name="columns"/> inputs; the last one may be partly padding.</summary>
    public int GroupsPerRow(int columns) => (columns + GroupSize - 1) / GroupSize;

    /// <summary>Bytes of the packed codes of one row: whole groups, lowest bits first.</summary>
    public int CodeBytesPerRow(int columns) => GroupsPerRow(columns) * (GroupSize * Bits / 8);

    /// <summary>Bytes of the packed zero points of one row (each row starts on a byte); 0 when symmetric.</summary>
    public int ZeroPointBytesPerRow(int columns) => Symmetric ? 0 : ((GroupsPerRow(columns) * Bits) + 7) / 8;
}
