namespace ModelPack.Quantization.Activations;

/// <summary>value = Scale (code - ZeroPoint). Immutable.</summary>
/// <param name="Scale">Above zero, finite.</param>
/// <param name="ZeroPoint">The code of zero.</param>
/// <param name="Codes">The codes there are.</param>
public readonly record struct AffineScale(float Scale, int ZeroPoint, CodeSpan Codes)
{
    /// <summary>
    /// Spreads the codes over a range, as the operator DynamicQuantizeLinear does: the range is widened to zero, the zero point rounds to
    /// nearest even, and a range of zeros gets scale 1.
    /// </summary>
    /// <param name="range">Finite; an empty one counts as zeros.</param>
    /// <param name="codes">The codes to use.</param>
    public static AffineScale Of(ActivationRange range, CodeSpan codes)
    {
        ActivationRange wide = range.WithZero();
        if (codes.Symmetric)
        {
            float scale = Positive(wide.Magnitude / codes.Max);
            return new AffineScale(scale, 0, codes);
        }

        // In double the width cannot overflow; the division rounds to float32 once, as the operator's does.
        float step = Positive((float)(((double)wide.Max - wide.Min) / (codes.Max - codes.Min)));
        double zero = codes.Min - ((double)wide.Min / step);
        return new AffineScale(step, (int)Math.Clamp(Math.Round((float)zero, MidpointRounding.ToEven), codes.Min, codes.Max), codes);
    }

    /// <summary>The code of a value: round to nearest even, then clamp, as the operator QuantizeLinear does.</summary>
    public int Encode(float value) => (int)Math.Clamp(MathF.Round(value / Scale, MidpointRounding.ToEven) + ZeroPoint, Codes.Min, Codes.Max);

    /// <summary>The value of a code.</summary>
    public float Decode(int code) => Scale * (code - ZeroPoint);

    // Below the smallest normal number kernels that flush denormals would divide by zero.
    private static float Positive(float scale) => scale < 1.17549435e-38f ? 1 : scale;
}
