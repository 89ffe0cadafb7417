namespace ModelPack.Quantization.Gptq;

/// <summary>
/// The decision about one matrix [Rows, Columns] (outputs by inputs) with one code a byte: value = scale * (code - zero point) of the group.
/// The arrays belong to the matrix; they must not change after construction.
/// </summary>
public sealed class CodedMatrix
{
    /// <summary>Wraps the arrays without copying them.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="bits">2 to 8.</param>
    /// <param name="groupSize">16 to 256; the last group of a row may be shorter.</param>
    /// <param name="symmetric">True: all zero points are 2^(bits - 1).</param>
    /// <param name="codes">[rows, columns].</param>
    /// <param name="scales">[rows, groups].</param>
    /// <param name="zeroPoints">[rows, groups].</param>
    /// <exception cref="ArgumentException">An array's length does not fit the shape.</exception>
    public CodedMatrix(int rows, int columns, int bits, int groupSize, bool symmetric, byte[] codes, Half[] scales, byte[] zeroPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupSize);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(zeroPoints);
        long groups = (long)rows * ((columns + groupSize - 1) / groupSize);
        if (codes.Length != (long)rows * columns || scales.Length != groups || zeroPoints.Length != groups)
        {
            throw new ArgumentException($"{codes.Length} codes, {scales.Length} scales and {zeroPoints.Length} zero points do not fit [{rows}, {columns}] in groups of {groupSize}.");
        }

        Rows = rows;
        Columns = columns;
        Bits = bits;
        GroupSize = groupSize;
        Symmetric = symmetric;
        Codes = codes;
        Scales = scales;
        ZeroPoints = zeroPoints;
    }

    /// <summary>Outputs (N).</summary>
    public int Rows { get; }

    /// <summary>Inputs (K).</summary>
    public int Columns { get; }

    /// <summary>Bits of a code: 2 to 8.</summary>
    public int Bits { get; }

    /// <summary>Consecutive inputs that share a scale.</summary>
    public int GroupSize { get; }

    /// <summary>True when all zero points are the middle code.</summary>
    public bool Symmetric { get; }

    /// <summary>Groups of a row.</summary>
    public int GroupsPerRow => (Columns + GroupSize - 1) / GroupSize;

    /// <summary>[Rows, Columns], one code a byte.</summary>
    public byte[] Codes { get; }

    /// <summary>[Rows, groups]; finite, may be negative.</summary>
    public Half[] Scales { get; }

    /// <summary>[Rows, groups], one a byte.</summary>
    public byte[] ZeroPoints { get; }

    /// <summary>The same decision in the byte layout of MatMulNBits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits or group size are none that MatMulNBits holds (<see cref="QuantizationScheme"/>).</exception>
    public QuantizedMatrix Pack()
    {
        var scheme = new QuantizationScheme(Bits, GroupSize, Symmetric);
        int groups = GroupsPerRow, codeBytes = scheme.CodeBytesPerRow(Columns), zeroBytes = scheme.ZeroPointBytesPerRow(Columns);
        var codes = new byte[checked(Rows * codeBytes)];
        var zeroPoints = new byte[checked(Rows * zeroBytes)];
        for (int row = 0; row < Rows; row++)
        {
            Span<byte> packed = codes.AsSpan(row * codeBytes, codeBytes), packedZeros = zeroPoints.AsSpan(row * zeroBytes, zeroBytes);
            ReadOnlySpan<byte> rowCodes = Codes.AsSpan(row * Columns, Columns), zeros = ZeroPoints.AsSpan(row * groups, groups);
            for (int i = 0; i < Columns; i++)
            {
                CodePacking.Pack(rowCodes[i], Bits, packed, i);
            }

            for (int i = Columns; i < groups * GroupSize; i++)
            {
                CodePacking.Pack(zeros[^1], Bits, packed, i);
            }

            for (int group = 0; group < groups && !Symmetric; group++)
            {
                CodePacking.Pack(zeros[group], Bits, packedZeros, group);
            }
        }

        return new QuantizedMatrix(scheme, Rows, Columns, codes, Scales, zeroPoints);
    }

    /// <summary>Writes scale * (code - zero point) of every weight, rounded once to float32.</summary>
    /// <param name="destination">[Rows, Columns].</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Dequantize(Span<float> destination)
    {
        if (destination.Length != Codes.Length)
        {
            throw new ArgumentException($"{destination.Length} values were given room for, there are {Codes.Length}.", nameof(destination));
        }

        int groups = GroupsPerRow;
        for (int i = 0; i < Scales.Length; i++)
        {
            (int row, int group) = Math.DivRem(i, groups);
            int start = group * GroupSize, at = (row * Columns) + start, zero = ZeroPoints[i];
            float scale = (float)Scales[i];
            foreach (byte code in Codes.AsSpan(at, Math.Min(GroupSize, Columns - start)))
            {
                destination[at++] = scale * (code - zero);
            }
        }
    }
}
