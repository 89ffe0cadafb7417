namespace ModelPack.Packing.Architectures.Rope;

/// <summary>
/// Dynamic NTK scaling: above max_position_embeddings the base becomes
/// theta * (factor * L / max - (factor - 1)) ^ (d / (d - 2)) for a sequence of L tokens.
/// </summary>
internal static class DynamicRope
{
    public static RopeParameters Compute(RopeSettings settings)
    {
        double factor = settings.Factor();
        int dimension = settings.Dimension;
        if (dimension < 4)
        {
            throw settings.Config.Invalid("head_dim", $"is {dimension}; dynamic rope needs at least 4");
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
