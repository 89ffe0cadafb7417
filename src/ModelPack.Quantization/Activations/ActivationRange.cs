namespace ModelPack.Quantization.Activations;

/// <summary>The interval of values that integer codes are spread over. Immutable.</summary>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value, not below <paramref name="Min"/> unless empty.</param>
public readonly record struct ActivationRange(float Min, float Max)
{
    /// <summary>The range of no values.</summary>
    public static ActivationRange Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>True when no value was seen.</summary>
    public bool IsEmpty => !(Min <= Max);

    /// <summary>Largest distance from zero.</summary>
    public float Magnitude => Math.Max(Math.Abs(Min), Math.Abs(Max));

    /// <summary>The smallest range with the values of both.</summary>
    public ActivationRange Union(ActivationRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>The range widened to hold zero, which every code table must represent exactly: padding and ReLU depend on it.</summary>
    public ActivationRange WithZero() => IsEmpty ? new(0, 0) : new(Math.Min(Min, 0), Math.Max(Max, 0));
}
