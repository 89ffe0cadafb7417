namespace ModelPack.Packing.Architectures.Families;

/// <summary>Norms of queries and keys; their kind is that of the stream's norms.</summary>
internal enum QueryKeyNorm
{
    /// <summary>None.</summary>
    None,

    /// <summary>Of each head, with the same factors [head size] for all heads.</summary>
    PerHead,

    /// <summary>Of each head, with factors of its own: one tensor [heads, head size].</summary>
    PerHeadOwn,

    /// <summary>Of each head, with factors of its own: a tensor [head size] for each head.</summary>
    PerHeadOwnTensors,

    /// <summary>Of the whole projection [heads * head size].</summary>
    Whole,
}
