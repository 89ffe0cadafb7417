namespace ModelPack.Quantization.Awq;

/// <summary>One way to weigh activations against weights.</summary>
/// <param name="Ratio">Exponent of the activations, 0 to 1.</param>
/// <param name="Duo">True: divided by the weights to the power of 1 - ratio. False with ratio 0: no change at all.</param>
public readonly record struct AwqCandidate(double Ratio, bool Duo)
{
    /// <summary>Scales of 1.</summary>
    public static AwqCandidate Identity => new(0, false);
}
