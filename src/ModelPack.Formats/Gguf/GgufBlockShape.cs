namespace ModelPack.Formats.Gguf;

/// <summary>
/// What the blocks of a type hold. Without sub-blocks an element is scale * (code - middle), scale * table[code], or scale * code + minimum; with
/// them scale and minimum are multiplied by those of the sub-block, and the minimum is subtracted.
/// </summary>
public sealed record GgufBlockShape
{
    internal GgufBlockShape()
    {
    }

    /// <summary>The type.</summary>
    public required GgufTensorType Type { get; init; }

    /// <summary>Consecutive elements of a row in a block: 32 or 256.</summary>
    public required int ElementsPerBlock { get; init; }

    /// <summary>Elements that share all scales: 16 or 32.</summary>
    public required int SubBlockElements { get; init; }

    /// <summary>Bits of a code; codes are 0 to 2^bits - 1.</summary>
    public required int CodeBits { get; init; }

    /// <summary>The code that stands for zero; 0 in types with minimums or a table.</summary>
    public required int MiddleCode { get; init; }

    /// <summary>True where blocks have a minimum.</summary>
    public required bool HasMinimums { get; init; }

    /// <summary>True where sub-blocks have an integer scale, and, with <see cref="HasMinimums"/>, an integer minimum.</summary>
    public required bool HasSubScales { get; init; }

    /// <summary>Values of the sixteen codes in rising order (IQ4_NL, IQ4_XS); empty for the other types.</summary>
    public required ReadOnlyMemory<sbyte> Table { get; init; }

    /// <summary>Integer scales in a block: 0, 8 or 16.</summary>
    public int SubScalesPerBlock => HasSubScales ? ElementsPerBlock / SubBlockElements : 0;

    /// <summary>Integer minimums in a block: 0, 8 or 16.</summary>
    public int SubMinimumsPerBlock => HasMinimums ? SubScalesPerBlock : 0;
}
