namespace ModelPack.Packing.Architectures.Families;

/// <summary>A family whose weights all have tensors of their own, as readers of other containers present them.</summary>
internal static class SeparateLayout
{
    /// <summary>The family in that layout; what it computes is the same.</summary>
    public static FamilyDefinition Of(FamilyDefinition family) => family with
    {
        Attention = family.Attention with
        {
            Fused = FusedLayout.None,
            Norms = family.Attention.Norms == QueryKeyNorm.PerHeadOwnTensors ? QueryKeyNorm.PerHeadOwn : family.Attention.Norms,
        },
        FeedForward = family.FeedForward with { Fused = false },
        Names = family.Names with { Transposed = false },
        Mixture = family.Mixture is not { } mixture ? null : mixture with
        {
            Layout = ExpertLayout.Separate, Gate = ExpertNames.Of(mixture).Gate, Up = ExpertNames.Of(mixture).Up, Down = ExpertNames.Of(mixture).Down,
        },
    };
}
