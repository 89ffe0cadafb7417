namespace ModelPack.Quantization.Gptq;

/// <summary>Scales as they are stored: float16, finite, never zero.</summary>
internal static class StoredScale
{
    private const double Largest = 65504;

    /// <summary>Nearest float16; what overflows saturates, what vanishes becomes the smallest subnormal of its sign.</summary>
    public static float Round(double scale)
    {
        var stored = (Half)Math.Clamp(scale, -Largest, Largest);
        return (float)(stored != default ? stored : scale < 0 ? -Half.Epsilon : Half.Epsilon);
    }
}
