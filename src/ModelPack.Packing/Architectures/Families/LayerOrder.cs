namespace ModelPack.Packing.Architectures.Families;

/// <summary>
/// How a layer adds its two branches to the stream. Norms are where <see cref="Weights.WeightNames"/> has a name for them:
/// in front of a branch, behind it, or both.
/// </summary>
internal enum LayerOrder
{
    /// <summary>x += attention(x), then x += feed-forward(x).</summary>
    Sequential,

    /// <summary>x += attention(x) + feed-forward(x).</summary>
    Parallel,

    /// <summary>x = norm(x + attention(x)), then x = norm(x + feed-forward(x)): the transformer of 2017.</summary>
    NormBehindSum,
}
