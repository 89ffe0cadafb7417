namespace ModelPack.Quantization;

/// <summary>
/// As many groups as there are lanes, one a lane, and what is found out about each. Arrays of [GroupSize, width] hold weight i of every lane side
/// by side, the others one number a lane. Weights are divided by a power of two near the group's largest, so that no intermediate sum overflows or vanishes.
/// </summary>
internal sealed class GroupBatch(int width, int groupSize, bool weighted)
{
    /// <summary>[GroupSize, width]: the weights, zero past the end of a row.</summary>
    public float[] Weights { get; } = new float[groupSize * width];

    /// <summary>[GroupSize, width], positive; empty when all inputs count the same.</summary>
    public float[] Importance { get; } = weighted ? new float[groupSize * width] : [];

    /// <summary>Weights times Importance; empty when all inputs count the same.</summary>
    public float[] WeightedWeights { get; } = weighted ? new float[groupSize * width] : [];

    /// <summary>Power of two that brings the largest weight near one.</summary>
    public float[] Normalizer { get; } = new float[width];

    /// <summary>Inverse scale that spans the normalized range.</summary>
    public float[] InverseScale { get; } = new float[width];

    /// <summary>First zero point to try. A symmetric group with a negative scale is seen as one of positive scale whose zero point is one less.</summary>
    public float[] Zero { get; } = new float[width];

    /// <summary>Second zero point to try.</summary>
    public float[] OtherZero { get; } = new float[width];

    /// <summary>Sum of (importance times) squared normalized weights.</summary>
    public float[] Energy { get; } = new float[width];

    /// <summary>Inverse scale being tried.</summary>
    public float[] Inverse { get; } = new float[width];

    /// <summary>Sum of weight times level being tried with Zero.</summary>
    public float[] Product { get; } = new float[width];

    /// <summary>Sum of squared levels being tried with Zero.</summary>
    public float[] Square { get; } = new float[width];

    /// <summary>Sum of weight times level being tried with OtherZero.</summary>
    public float[] OtherProduct { get; } = new float[width];

    /// <summary>Sum of squared levels being tried with OtherZero.</summary>
    public float[] OtherSquare { get; } = new float[width];

    /// <summary>Squared cosine, times Energy, of the best codes so far.</summary>
    public float[] BestScore { get; } = new float[width];

    /// <summary>Inverse scale of the best codes.</summary>
    public float[] BestInverse { get; } = new float[width];

    /// <summary>Zero point of the best codes.</summary>
    public float[] BestZero { get; } = new float[width];

    /// <summary>Sum of weight times level of the best codes.</summary>
    public float[] BestProduct { get; } = new float[width];

    /// <summary>Sum of squared levels of the best codes.</summary>
    public float[] BestSquare { get; } = new float[width];

    /// <summary>The settled scale before its rounding to float16.</summary>
    public float[] Scale { get; } = new float[width];

    /// <summary>Distance of the thresholds between codes, as a share of the settled scale, reciprocal.</summary>
    public float[] Stretch { get; } = new float[width];

    /// <summary>Normalized weight times this, rounded, is the level that is stored.</summary>
    public float[] CodeInverse { get; } = new float[width];

    /// <summary>Zero point that is stored.</summary>
    public float[] CodeZero { get; } = new float[width];
}
