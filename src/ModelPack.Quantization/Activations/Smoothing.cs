namespace ModelPack.Quantization.Activations;

/// <summary>SmoothQuant (Xiao et al. 2022): moves the spread of activations into the weights, input by input. Pure.</summary>
public static class Smoothing
{
    /// <summary>
    /// Factors s: activations are divided and weights multiplied by them. s = max|x|^strength / max|w|^(1 - strength), brought to a geometric
    /// mean of 1; an input without activations or weights keeps 1.
    /// </summary>
    /// <param name="activations">[inputs] largest magnitude of each input.</param>
    /// <param name="weights">[inputs] largest magnitude of each input's weights.</param>
    /// <param name="strength">0..1; 0.5 shares the spread evenly.</param>
    /// <param name="factors">[inputs], written, above zero and finite.</param>
    public static void Factors(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, float strength, Span<float> factors)
    {
        if (activations.Length != weights.Length || factors.Length != weights.Length)
        {
            throw new ArgumentException("Activations, weights and factors differ in length.", nameof(factors));
        }

        double logs = 0;
        int counted = 0;
        for (int i = 0; i < factors.Length; i++)
        {
            bool live = activations[i] > 0 && weights[i] > 0 && float.IsFinite(activations[i]) && float.IsFinite(weights[i]);
            double factor = live ? Math.Pow(activations[i], strength) / Math.Pow(weights[i], 1 - strength) : 0;
            factors[i] = (float)factor;
            if (factor > 0)
            {
                logs += Math.Log(factor);
                counted++;
            }
        }

        double mean = counted == 0 ? 1 : Math.Exp(logs / counted);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = factors[i] > 0 ? (float)Math.Clamp(factors[i] / mean, 1e-4, 1e4) : 1;
        }
    }
}
