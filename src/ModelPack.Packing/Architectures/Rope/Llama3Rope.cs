using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>Llama 3.1's scaling: long wavelengths are divided by the factor, short ones are kept, those between are blended.</summary>
internal static class Llama3Rope
{
    public static RopeParameters Compute(RopeSettings settings)
    {
        ModelConfig section = settings.Section!;
        double factor = settings.Factor();
        double low = section.Number("low_freq_factor");
        double high = section.Number("high_freq_factor");
        int original = section.Integer("original_max_position_embeddings", 1);
        if (!(low > 0 && high > low))
        {
            throw section.Invalid("high_freq_factor", $"is {high}; it must be above low_freq_factor ({low}), and that above 0");
        }

        float[] frequencies = RopeFrequencies.Unscaled(settings.Theta, settings.Dimension);
        return new RopeParameters
        {
            InverseFrequencies = [.. frequencies.Select(f => Scale(f, (float)factor, (float)low, (float)high, original))],
            ContextLength = settings.MaxPositions,
        };
    }

    private static float Scale(float frequency, float factor, float low, float high, int original)
    {
        float wavelength = 2 * MathF.PI / frequency;
        if (wavelength < original / high)
        {
            return frequency;
        }

        if (wavelength > original / low)
        {
            return frequency / factor;
        }

        float smooth = ((original / wavelength) - low) / (high - low);
        return ((1 - smooth) * frequency / factor) + (smooth * frequency);
    }
}
