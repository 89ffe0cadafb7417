namespace ModelPack.Quantization;

/// <summary>What the codes of a matrix stand for, given the scale s of their group.</summary>
public enum CodeGrid
{
    /// <summary>s * (code - 2^(bits - 1)); nothing is stored beside codes and scales.</summary>
    Symmetric,

    /// <summary>s * (code - z), z a code that is stored for each group.</summary>
    ZeroPoints,

    /// <summary>s * (code - 2^(bits - 1)) + o, o a float16 that is stored for each group: a zero point that need not be a whole number.</summary>
    Offsets,

    /// <summary>s * (code - l) + m, l the lowest code and m a number that is stored for each group: the value of that code.</summary>
    Minimums,

    /// <summary>s * v[code], v sixteen quantiles of the normal distribution between -1 and 1 (NF4).</summary>
    NormalFloat4,

    /// <summary>s * v[code], v the 4-bit floats with one bit of mantissa between -1 and 1 (FP4).</summary>
    Float4,
}
