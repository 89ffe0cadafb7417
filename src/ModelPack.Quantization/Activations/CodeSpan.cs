namespace ModelPack.Quantization.Activations;

/// <summary>The integer codes that a tensor may use. Immutable.</summary>
/// <param name="Min">Smallest code.</param>
/// <param name="Max">Largest code.</param>
/// <param name="Symmetric">True when the zero point is 0 whatever the range.</param>
public readonly record struct CodeSpan(int Min, int Max, bool Symmetric)
{
    /// <summary>uint8 with a zero point: activations.</summary>
    public static CodeSpan UInt8 { get; } = new(0, 255, Symmetric: false);

    /// <summary>int8 around zero: weights. -128 is left out so that a code and its negative both exist.</summary>
    public static CodeSpan Int8 { get; } = new(-127, 127, Symmetric: true);

    /// <summary>uint8 of 7 bits (<c>reduce_range</c>): two products with any int8 weights fit 16 bits.</summary>
    public static CodeSpan UInt8Reduced { get; } = new(0, 127, Symmetric: false);

    /// <summary>int8 of 7 bits (<c>reduce_range</c>): two products with any uint8 activations fit 16 bits.</summary>
    public static CodeSpan Int8Reduced { get; } = new(-64, 64, Symmetric: true);
}
