using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Block formats of ggml, as a GGUF file stores them. Values: see <see cref="BlockFields"/>.</summary>
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "ggml's names.")]
public enum BlockFormat
{
    /// <summary>32 codes of 4 bits, scale * (code - 8).</summary>
    Q4_0,

    /// <summary>32 codes of 4 bits, scale * code + minimum.</summary>
    Q4_1,

    /// <summary>32 codes of 5 bits, scale * (code - 16).</summary>
    Q5_0,

    /// <summary>32 codes of 5 bits, scale * code + minimum.</summary>
    Q5_1,

    /// <summary>32 codes of 8 bits, scale * (code - 128).</summary>
    Q8_0,

    /// <summary>16 x 16 codes of 2 bits with 4-bit sub-scales and sub-minimums.</summary>
    Q2_K,

    /// <summary>16 x 16 codes of 3 bits with 6-bit sub-scales.</summary>
    Q3_K,

    /// <summary>8 x 32 codes of 4 bits with 6-bit sub-scales and sub-minimums.</summary>
    Q4_K,

    /// <summary>8 x 32 codes of 5 bits with 6-bit sub-scales and sub-minimums.</summary>
    Q5_K,

    /// <summary>16 x 16 codes of 6 bits with 8-bit sub-scales.</summary>
    Q6_K,

    /// <summary>32 codes of 4 bits that name values of a table.</summary>
    IQ4_NL,

    /// <summary>8 x 32 codes of 4 bits that name values of a table, with 6-bit sub-scales.</summary>
    IQ4_XS,
}
