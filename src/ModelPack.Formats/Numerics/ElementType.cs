namespace ModelPack.Formats.Numerics;

/// <summary>Element types of checkpoint tensors, little-endian.</summary>
public enum ElementType
{
    /// <summary>Truth value in one byte, 0 or 1.</summary>
    Bool,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>IEEE 16-bit float.</summary>
    Float16,

    /// <summary>Upper half of a 32-bit float.</summary>
    BFloat16,

    /// <summary>32-bit float.</summary>
    Float32,

    /// <summary>64-bit float.</summary>
    Float64,

    /// <summary>8-bit float with 4 exponent bits (bias 7), no infinities, NaN in 0x7F and 0xFF.</summary>
    Float8E4M3,

    /// <summary>8-bit float with 5 exponent bits: the upper byte of a <see cref="Float16"/>.</summary>
    Float8E5M2,
}
