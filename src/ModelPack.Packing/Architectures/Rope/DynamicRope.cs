namespace ModelPack.Packing.Architectures.Rope;

/// <summary>
/// Dynamic NTK scaling: above max_position_embeddings the base becomes
/// theta * (factor * L / max - (factor - 1)) ^ (d / (d - 2)) for a sequence of L tokens.
/// </summary>
internal static class DynamicRope
{
    // Hunyuan's: the base becomes theta * alpha ^ (d / (d - 2)) whatever the length.
    private const string AlphaField = "alpha";

    public static RopeParameters Compute(RopeSettings settings)
    {
        double factor = settings.Factor();
        int dimension = settings.Dimension;
        if (dimension < 4)
        {
            throw settings.Config.Invalid("head_dim", $"is {dimension}; dynamic rope needs at least 4");
        }

        if (settings.Section!.Has(AlphaField))
        {
            double theta = settings.Theta * Math.Pow(settings.Section.Positive(AlphaField, 1), dimension / (dimension - 2.0));
            return new RopeParameters { InverseFrequencies = RopeFrequencies.Unscaled(theta, dimension), Base = theta, ContextLength = settings.MaxPositions };
        }

        // (base growth) ^ (d / (d - 2)) raised to -2 i / d.
        float[] exponents = [.. Enumerable.Range(0, dimension / 2).Select(i => (float)(-2.0 * i / (dimension - 2)))];
        return new RopeParameters
        {
            InverseFrequencies = RopeFrequencies.Unscaled(settings.Theta, dimension),
            ContextLength = (int)Math.Min(int.MaxValue, settings.MaxPositions * factor),
            Dynamic = new DynamicFrequencies((float)(factor / settings.MaxPositions), (float)(1 - factor), exponents),
        };
    }
}
