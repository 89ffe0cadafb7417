namespace ModelPack.Quantization.Gptq;

/// <summary>How the scale (and zero point) of a group is chosen before the codes: from the weights alone.</summary>
public enum ScaleRule
{
    /// <summary>
    /// The scale and zero point of least squared error among shrunken ranges. Asymmetric: 71 ranges from 1.10 to 0.40 of the whole one, three zero points each;
    /// symmetric: 71 multiples of the signed largest weight, each improved by one least-squares step.
    /// </summary>
    Searched,

    /// <summary>The whole range: (high - low) / Q with the nearest zero point; symmetric 2 max|w| / Q.</summary>
    Range,

    /// <summary>Symmetric: the weight of largest magnitude becomes code 0 (negative scales occur). Asymmetric: as <see cref="Range"/>.</summary>
    SignedMaximum,

    /// <summary>Scales and zero points of <see cref="ModelPack.Quantization.RoundToNearest"/>; for bits it does not know as <see cref="Searched"/>.</summary>
    RoundToNearest,
}
