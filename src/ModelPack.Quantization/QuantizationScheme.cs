namespace ModelPack.Quantization;

/// <summary>How a matrix is stored: bits of a code, inputs that share a scale, what the codes stand for. Immutable, thread-safe.</summary>
/// <remarks>
/// Codes, zero points and their packing are those of ONNX Runtime's MatMulNBits; the two grids of float values have those of MatMulBnb4,
/// every row filled up to whole groups.
/// </remarks>
public sealed record QuantizationScheme
{
    /// <summary>Creates a scheme of evenly spaced values.</summary>
    /// <param name="bits">2, 4 or 8.</param>
    /// <param name="groupSize">16, 32, 64, 128 or 256 consecutive inputs.</param>
    /// <param name="symmetric">True: no zero points are stored.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside these ranges.</exception>
    public QuantizationScheme(int bits, int groupSize, bool symmetric)
        : this(bits, groupSize, symmetric ? CodeGrid.Symmetric : CodeGrid.ZeroPoints)
    {
    }

    /// <summary>Creates a scheme.</summary>
    /// <param name="bits">2, 4 or 8; 4 for a grid of 4-bit floats.</param>
    /// <param name="groupSize">16, 32, 64, 128 or 256 consecutive inputs.</param>
    /// <param name="grid">What the codes stand for.</param>
    /// <param name="scaleType">How scales, offsets and minimums are stored; those of 4-bit floats and zero points only as float16.</param>
    /// <param name="lowestCode">The code that stands for the minimum, at most 2^(bits - 1); 0 in grids without minimums.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside these ranges.</exception>
    public QuantizationScheme(int bits, int groupSize, CodeGrid grid, ScaleType scaleType = ScaleType.Float16, int lowestCode = 0)
    {
        if (bits is not (2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "2, 4 or 8 bits are supported.");
        }

        if (groupSize is not (16 or 32 or 64 or 128 or 256))
        {
            throw new ArgumentOutOfRangeException(nameof(groupSize), groupSize, "Groups of 16, 32, 64, 128 or 256 are supported.");
        }

        if (grid is CodeGrid.NormalFloat4 or CodeGrid.Float4 && bits != 4)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"{grid} has codes of 4 bits.");
        }

        if (scaleType == ScaleType.Float32 && grid is not (CodeGrid.Symmetric or CodeGrid.Offsets or CodeGrid.Minimums))
        {
            throw new ArgumentOutOfRangeException(nameof(scaleType), scaleType, $"{grid} has scales in float16.");
        }

        if (lowestCode < 0 || lowestCode > (grid == CodeGrid.Minimums ? 1 << (bits - 1) : 0))
        {
            throw new ArgumentOutOfRangeException(nameof(lowestCode), lowestCode, $"This is no lowest code of {bits} bits in {grid}.");
        }

        Bits = bits;
        GroupSize = groupSize;
        Grid = grid;
        ScaleType = scaleType;
        LowestCode = lowestCode;
    }

    /// <summary>Bits of a code: 2, 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>Consecutive inputs that share a scale: 16, 32, 64, 128 or 256.</summary>
    public int GroupSize { get; }

    /// <summary>What the codes stand for.</summary>
    public CodeGrid Grid { get; }

    /// <summary>How scales, offsets and minimums are stored.</summary>
    public ScaleType ScaleType { get; }

    /// <summary>The code that stands for the minimum; 0 in grids without minimums.</summary>
    public int LowestCode { get; }

    /// <summary>True for the grid around 2^(Bits - 1).</summary>
    public bool Symmetric => Grid == CodeGrid.Symmetric;

    /// <summary>True when a zero point, an offset or a minimum is stored for each group.</summary>
    public bool StoresZeroPoints => Grid is CodeGrid.ZeroPoints or CodeGrid.Offsets or CodeGrid.Minimums;

    /// <summary>Bytes of a scale, an offset or a minimum.</summary>
    public int ScaleBytes => ScaleType == ScaleType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>True when codes stand for the values of a table, not for multiples of the scale.</summary>
    public bool IsFloat => Grid is CodeGrid.NormalFloat4 or CodeGrid.Float4;

    /// <summary>Largest code, 2^Bits - 1.</summary>
    public int MaxCode => (1 << Bits) - 1;

    /// <summary>2^(Bits - 1), the code that stands for zero (symmetric) or for the offset.</summary>
    public int MiddleCode => 1 << (Bits - 1);

    /// <summary>Groups of a row of <paramref name="columns"/> inputs; the last one may be partly padding.</summary>
    public int GroupsPerRow(int columns) => (columns + GroupSize - 1) / GroupSize;

    /// <summary>Bytes of the packed codes of one row: whole groups, lowest bits first (highest first in a grid of floats).</summary>
    public int CodeBytesPerRow(int columns) => GroupsPerRow(columns) * (GroupSize * Bits / 8);

    /// <summary>Bytes of one row's scales.</summary>
    public int ScaleBytesPerRow(int columns) => GroupsPerRow(columns) * ScaleBytes;

    /// <summary>Bytes of one row's packed zero points (each row starts on a byte), offsets or minimums; 0 when there are none.</summary>
    public int ZeroPointBytesPerRow(int columns) => Grid switch
    {
        CodeGrid.ZeroPoints => ((GroupsPerRow(columns) * Bits) + 7) / 8,
        CodeGrid.Offsets or CodeGrid.Minimums => ScaleBytesPerRow(columns),
        _ => 0,
    };
}
