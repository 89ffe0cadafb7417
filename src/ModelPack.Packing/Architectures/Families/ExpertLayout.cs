namespace ModelPack.Packing.Architectures.Families;

/// <summary>How experts lie in a checkpoint.</summary>
internal enum ExpertLayout
{
    /// <summary>Every layer of every expert has a tensor of its own.</summary>
    Separate,

    /// <summary>One tensor [experts, 2 x inner, hidden], gate before up, and one [experts, hidden, inner].</summary>
    Stacked,

    /// <summary>One tensor [experts, hidden, 2 x inner], gate and up in turns, and one [experts, inner, hidden]; biases likewise.</summary>
    Interleaved,
}
