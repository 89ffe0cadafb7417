namespace ModelPack.Packing.Architectures.Families;

/// <summary>What llama.cpp takes as output head of an architecture.</summary>
internal enum GgufHead
{
    /// <summary>A tensor of its own, or the embedding where there is none.</summary>
    Either,

    /// <summary>A tensor of its own.</summary>
    Own,

    /// <summary>The embedding.</summary>
    Tied,
}
