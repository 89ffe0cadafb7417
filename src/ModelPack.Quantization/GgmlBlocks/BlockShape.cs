namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>What a block of a format holds. Immutable.</summary>
/// <param name="Format">The format.</param>
/// <param name="Elements">Weights of a block: 32 or 256.</param>
/// <param name="SubBlocks">Sub-blocks with a scale of their own; 1 where the block's scale is the only one.</param>
/// <param name="SubScaleBits">Bits of a stored sub-scale; 0 without.</param>
/// <param name="SubMinimumBits">Bits of a stored sub-minimum; 0 without.</param>
/// <param name="HasMinimums">Whether a block stores a minimum beside its scale.</param>
/// <param name="CodeBits">Bits of a code.</param>
public sealed record BlockShape(BlockFormat Format, int Elements, int SubBlocks, int SubScaleBits, int SubMinimumBits, bool HasMinimums, int CodeBits)
{
    private static readonly BlockShape[] All =
    [
        new(BlockFormat.Q4_0, 32, 1, 0, 0, false, 4),
        new(BlockFormat.Q4_1, 32, 1, 0, 0, true, 4),
        new(BlockFormat.Q5_0, 32, 1, 0, 0, false, 5),
        new(BlockFormat.Q5_1, 32, 1, 0, 0, true, 5),
        new(BlockFormat.Q8_0, 32, 1, 0, 0, false, 8),
        new(BlockFormat.Q2_K, 256, 16, 4, 4, true, 2),
        new(BlockFormat.Q3_K, 256, 16, 6, 0, false, 3),
        new(BlockFormat.Q4_K, 256, 8, 6, 6, true, 4),
        new(BlockFormat.Q5_K, 256, 8, 6, 6, true, 5),
        new(BlockFormat.Q6_K, 256, 16, 8, 0, false, 6),
        new(BlockFormat.IQ4_NL, 32, 1, 0, 0, false, 4),
        new(BlockFormat.IQ4_XS, 256, 8, 6, 0, false, 4),
    ];

    /// <summary>Weights that share a sub-scale (or the scale): 16 or 32.</summary>
    public int SubBlockElements => Elements / SubBlocks;

    /// <summary>Largest code.</summary>
    public int MaxCode => (1 << CodeBits) - 1;

    /// <summary>Bits stored for each weight, scales and all.</summary>
    public double BitsPerWeight => CodeBits + (((SubBlocks * (SubScaleBits + SubMinimumBits)) + (HasMinimums ? 32.0 : 16.0)) / Elements);

    /// <summary>The shape of a format.</summary>
    public static BlockShape Of(BlockFormat format) => All[(int)format];
}
