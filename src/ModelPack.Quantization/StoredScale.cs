namespace ModelPack.Quantization;

/// <summary>Numbers as they are stored: float16, finite.</summary>
internal static class StoredScale
{
    private const double Largest = 65504;

    /// <summary>Nearest float16; what overflows saturates, what vanishes becomes the smallest number of its sign.</summary>
    public static Half Of(double scale)
    {
        var stored = (Half)Math.Clamp(scale, -Largest, Largest);
        return stored != default ? stored : scale < 0 ? -Half.Epsilon : Half.Epsilon;
    }

    /// <summary>As <see cref="Of"/>, as a float.</summary>
    public static float Round(double scale) => (float)Of(scale);

    /// <summary>As <see cref="Of"/>; 1 for a group without extent.</summary>
    public static Half OfPositive(float scale) => scale > 0 ? Of(scale) : Half.One;

    /// <summary>Nearest float16, zero included; what overflows saturates.</summary>
    public static Half OfOffset(float offset) => (Half)Math.Clamp(offset, -(float)Largest, (float)Largest);
}
