namespace ModelPack.Quantization.CodeBooks;

/// <summary>The sixteen values that the codes of a grid of 4-bit floats stand for. Immutable, thread-safe.</summary>
public sealed class CodeBook
{
    private const int Size = 16;

    // QLoRA (Dettmers et al. 2023), appendix E: quantiles of the normal distribution, as many below zero as above, in the float32 digits
    // that checkpoints carry.
    private static readonly CodeBook Normal = new(
    [
        -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
    ]);

    // Two bits of exponent, one of mantissa, one subnormal; the largest is 1.
    private static readonly CodeBook Float = new(WithNegatives([0, 0.0625f / 12, 8f / 12, 12f / 12, 4f / 12, 6f / 12, 2f / 12, 3f / 12]));

    private readonly float[] _values;
    private readonly float[] _thresholds;
    private readonly byte[] _codes;

    private CodeBook(float[] values)
    {
        _values = values;
        // FP4 has two codes for zero; the first one is used.
        _codes = [.. Enumerable.Range(0, Size).Select(code => (byte)code).DistinctBy(code => values[code]).OrderBy(code => values[code])];
        _thresholds = [.. _codes.Zip(_codes.Skip(1), (low, high) => (values[low] + values[high]) / 2)];
        Zero = (byte)Array.IndexOf(values, 0f);
    }

    /// <summary>The values in the order of their codes; the largest magnitude is 1.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The code of zero.</summary>
    public byte Zero { get; }

    /// <summary>Where one value's neighbourhood ends and the next larger one's begins, ascending.</summary>
    internal ReadOnlySpan<float> Thresholds => _thresholds;

    /// <summary>Codes by the number of thresholds below a weight.</summary>
    internal ReadOnlySpan<byte> Codes => _codes;

    /// <summary>The values of a grid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no table.</exception>
    public static CodeBook Of(CodeGrid grid) => grid switch
    {
        CodeGrid.NormalFloat4 => Normal,
        CodeGrid.Float4 => Float,
        _ => throw new ArgumentOutOfRangeException(nameof(grid), grid, "Only grids of 4-bit floats have a table."),
    };

    /// <summary>Writes scale * value for each code, two codes a byte, the first one in the high half.</summary>
    internal void Decode(ReadOnlySpan<byte> codes, float scale, Span<float> values)
    {
        Span<float> scaled = stackalloc float[Size];
        for (int code = 0; code < Size; code++)
        {
            scaled[code] = scale * _values[code];
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = scaled[(codes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF];
        }
    }

    private static float[] WithNegatives(float[] positives) => [.. positives, .. positives.Select(value => -value)];
}
