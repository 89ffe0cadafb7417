namespace ModelPack.Packing.Architectures.Families;

/// <summary>A module of GGUF files and the published modules whose weights stand in it, one after the other.</summary>
/// <param name="Name">Name without block and ending, for example <c>attn_q</c>.</param>
/// <param name="Parts">Published modules, without what stands before all modules of a layer.</param>
internal sealed record GgufModule(string Name, IReadOnlyList<string> Parts)
{
    /// <summary>Each part has an outer index of its own, as experts have; otherwise their rows follow each other.</summary>
    public bool IsStacked { get; init; }

    /// <summary>Rows are those of heads that are turned: their order follows the family's rope.</summary>
    public bool IsTurned { get; init; }

    /// <summary>A norm with factors for each head, which is [heads, head size].</summary>
    public bool IsOfHeads { get; init; }

    /// <summary>The published weight has no ending <c>.weight</c>.</summary>
    public bool IsBare { get; init; }
}
