namespace ModelPack.Packing.Architectures;

/// <summary>Kinds of norms.</summary>
internal enum NormKind
{
    /// <summary>x / sqrt(mean(x^2) + epsilon).</summary>
    RootMeanSquare,

    /// <summary>(x - mean) / sqrt(variance + epsilon).</summary>
    Layer,
}
