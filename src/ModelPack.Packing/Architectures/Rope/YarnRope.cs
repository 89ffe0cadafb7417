using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>YaRN (arXiv 2309.00071): a ramp over the pairs between unscaled and interpolated frequencies, and a factor on the attention.</summary>
internal static class YarnRope
{
    public static RopeParameters Compute(RopeSettings settings)
    {
        ModelConfig section = settings.Section!;
        double factor = settings.Factor();
        int original = settings.OriginalMaxPositions();
        (float low, float high) = Ramp(settings, original);
        float[] unscaled = RopeFrequencies.Unscaled(settings.Theta, settings.Dimension);
        var frequencies = new float[unscaled.Length];
        for (int i = 0; i < frequencies.Length; i++)
        {
            float interpolated = Math.Clamp((i - low) / (high - low), 0f, 1f);
            frequencies[i] = (unscaled[i] / (float)factor * interpolated) + (unscaled[i] * (1 - interpolated));
        }

        return new RopeParameters
        {
            InverseFrequencies = frequencies,
            AttentionFactor = (float)AttentionFactor(section, factor),
            ContextLength = (int)Math.Min(int.MaxValue, Math.Max(settings.MaxPositions, original * factor)),
        };
    }

    /// <summary>First and last pair of the ramp: those that turn beta_fast and beta_slow times within the original length.</summary>
    private static (float Low, float High) Ramp(RopeSettings settings, int original)
    {
        ModelConfig section = settings.Section!;
        double low = PairOfTurns(section.Positive("beta_fast", 32));
        double high = PairOfTurns(section.Positive("beta_slow", 1));
        if (section.Flag("truncate", true))
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, settings.Dimension - 1);
        return ((float)low, (float)(high == low ? high + 0.001 : high));

        double PairOfTurns(double turns) =>
            settings.Dimension * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(settings.Theta));
    }

    private static double AttentionFactor(ModelConfig section, double factor)
    {
        if (section.Has("attention_factor"))
        {
            return section.Positive("attention_factor", 1);
        }

        double mscale = section.OptionalNumber("mscale") ?? 0;
        double mscaleAll = section.OptionalNumber("mscale_all_dim") ?? 0;
        return mscale != 0 && mscaleAll != 0 ? Magnitude(factor, mscale) / Magnitude(factor, mscaleAll) : Magnitude(factor, 1);
    }

    private static double Magnitude(double factor, double mscale) => factor <= 1 ? 1 : (0.1 * mscale * Math.Log(factor)) + 1;
}
