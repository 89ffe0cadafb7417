namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// The stored numbers of n blocks, row by row. With d and m of the block, its sub-scale s and sub-minimum n, a code q stands for
/// d * (q - middle) in Q4_0 (8), Q5_0 (16) and Q8_0 (128), d * q + m in Q4_1 and Q5_1, (d * s) * q - m * n in Q2_K, Q4_K and Q5_K,
/// (d * s) * (q - middle) in Q3_K (4) and Q6_K (32), d * T[q] in IQ4_NL and (d * s) * T[q] in IQ4_XS with <see cref="TableLevels.Values"/>.
/// The caller owns the memory.
/// </summary>
public readonly ref struct BlockFields
{
    /// <summary>[n, elements]: one code a byte, in the order of the elements.</summary>
    public required Span<byte> Codes { get; init; }

    /// <summary>[n]: d, finite.</summary>
    public required Span<Half> Scales { get; init; }

    /// <summary>[n]: m of Q4_1, Q5_1, Q2_K, Q4_K and Q5_K, finite; empty for the others.</summary>
    public Span<Half> Minimums { get; init; }

    /// <summary>[n, sub-blocks]: Q2_K 0 to 15, Q4_K and Q5_K 0 to 63, Q3_K and IQ4_XS -32 to 31, Q6_K -128 to 127; empty for blocks of 32.</summary>
    public Span<sbyte> SubScales { get; init; }

    /// <summary>[n, sub-blocks]: Q2_K 0 to 15, Q4_K and Q5_K 0 to 63; empty for the others.</summary>
    public Span<byte> SubMinimums { get; init; }
}
