namespace ModelPack.Quantization.Activations;

/// <summary>Biases as int32 multiples of activation scale times weight scale: what integer kernels add to their sums. Pure.</summary>
public static class BiasQuantizer
{
    // Half of int32 is left to the products.
    private const double LargestCode = 1 << 30;

    /// <summary>The smallest weight scale at which a bias fits its code.</summary>
    public static float LeastWeightScale(float bias, float activationScale) => (float)(Math.Abs((double)bias) / (LargestCode * activationScale));

    /// <summary>The codes.</summary>
    /// <param name="bias">[channels].</param>
    /// <param name="activationScale">Scale of the operator's input.</param>
    /// <param name="weightScales">[channels].</param>
    /// <param name="codes">[channels], written; clamped to half of int32.</param>
    public static void Quantize(ReadOnlySpan<float> bias, float activationScale, ReadOnlySpan<float> weightScales, Span<int> codes)
    {
        for (int i = 0; i < bias.Length; i++)
        {
            // The runtime multiplies the two scales in float32.
            double scale = activationScale * weightScales[i];
            codes[i] = scale == 0 ? 0 : (int)Math.Clamp(Math.Round(bias[i] / scale, MidpointRounding.ToEven), -LargestCode, LargestCode);
        }
    }
}
