namespace ModelPack.Packing.Architectures.Rope;

/// <summary>Position interpolation (arXiv 2306.15595): every position is divided by the factor.</summary>
internal static class LinearRope
{
    public static RopeParameters Compute(RopeSettings settings)
    {
        float factor = (float)settings.Factor();
        return new RopeParameters
        {
            InverseFrequencies = [.. RopeFrequencies.Unscaled(settings.Theta, settings.Dimension).Select(f => f / factor)],
            ContextLength = settings.MaxPositions,
        };
    }
}
