namespace ModelPack.Packing.Recipes;

/// <summary>What a recipe says about one weight.</summary>
/// <param name="Bits">Bits of a code; 16: the weight is not quantized and the other values mean nothing.</param>
/// <param name="GroupSize">Inputs that share a scale.</param>
/// <param name="Symmetric">True: no zero points.</param>
/// <param name="Method">How the codes are chosen.</param>
public readonly record struct WeightSetting(int Bits, GroupSize GroupSize, bool Symmetric, QuantizationMethod Method)
{
    /// <summary>False when the weight stays a float.</summary>
    public bool IsQuantized => Bits < 16;
}
