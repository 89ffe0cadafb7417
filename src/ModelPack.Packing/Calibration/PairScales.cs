namespace ModelPack.Packing.Calibration;

/// <summary>The scales of one <see cref="ScaledPair"/>; empty where it is not scaled. Immutable.</summary>
/// <param name="Inner">[inner width]: factors of the consumer's columns.</param>
/// <param name="Producer">[rows of the producer]: their divisors; the inner scales, one for each group of heads.</param>
internal sealed record PairScales(float[] Inner, float[] Producer)
{
    /// <summary>Nothing is scaled.</summary>
    public static PairScales None { get; } = new([], []);
}
