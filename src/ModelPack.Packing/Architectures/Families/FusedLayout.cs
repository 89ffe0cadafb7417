namespace ModelPack.Packing.Architectures.Families;

/// <summary>How one tensor holds the rows of several linear layers.</summary>
internal enum FusedLayout
{
    /// <summary>Every layer has a tensor of its own.</summary>
    None,

    /// <summary>All rows of the first layer, then those of the next.</summary>
    Stacked,

    /// <summary>For each head its rows of every layer.</summary>
    ByHead,
}
