namespace ModelPack.Packing.Architectures.Rope;

/// <summary>Plain rope (RoFormer, arXiv 2104.09864).</summary>
internal static class DefaultRope
{
    public static RopeParameters Compute(RopeSettings settings) => new()
    {
        InverseFrequencies = RopeFrequencies.Unscaled(settings.Theta, settings.Dimension),
        ContextLength = settings.MaxPositions,
    };
}
