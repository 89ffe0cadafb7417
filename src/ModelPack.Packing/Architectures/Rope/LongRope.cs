using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>
/// LongRoPE (arXiv 2402.13753): every pair's frequency is divided by a factor of its own, from one list for sequences up to
/// the original length and from another one above it.
/// </summary>
internal static class LongRope
{
    private const string OriginalField = "original_max_position_embeddings";

    public static RopeParameters Compute(RopeSettings settings)
    {
        ModelConfig section = settings.Section!;
        int? stated = section.OptionalInteger(OriginalField, 1) ?? settings.Config.OptionalInteger(OriginalField, 1);
        int original = stated ?? settings.MaxPositions;
        double factor = stated is null ? settings.Factor() : (double)settings.MaxPositions / original;
        float attention = (float)AttentionFactor(section, factor, original);
        return new RopeParameters
        {
            InverseFrequencies = Frequencies(settings, "short_factor"),
            AttentionFactor = Magnitude(section, "short_mscale", attention),
            ContextLength = settings.MaxPositions,
            Long = new LongFrequencies(original, Frequencies(settings, "long_factor"), Magnitude(section, "long_mscale", attention)),
        };
    }

    private static double AttentionFactor(ModelConfig section, double factor, int original)
    {
        double usual = factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
        return section.Has("attention_factor") ? section.Positive("attention_factor", 1) : usual;
    }

    private static float Magnitude(ModelConfig section, string field, float usual) => section.Has(field) ? (float)section.Positive(field, 1) : usual;

    private static float[] Frequencies(RopeSettings settings, string list)
    {
        ModelConfig section = settings.Section!;
        IReadOnlyList<double> factors = section.Numbers(list) ?? throw section.Missing(list);
        int pairs = settings.Dimension / 2;
        if (factors.Count != pairs || factors.Any(factor => factor <= 0))
        {
            throw section.Error(ArchitectureErrors.Rope, list, $"must hold {pairs} factors above 0, one for each rotated pair");
        }

        return [.. factors.Select((factor, i) => 1f / ((float)factor * (float)Math.Pow(settings.Theta, 2f * i / settings.Dimension)))];
    }
}
