namespace ModelPack.Quantization.Activations;

/// <summary>Int8 weights with one scale for each output (channel of a convolution, column of a product). Pure.</summary>
public static class ChannelQuantizer
{
    // Scales from the clipping 3/4 of the largest weight to the one at which no pair exceeds its limit.
    private const int Candidates = 24;
    private const float LeastShare = 0.75f;

    /// <summary>Quantizes the weights of one output: the scale with the least squared error among those tried, every pair within <see cref="PairLimit"/>.</summary>
    /// <param name="weights">Finite, in the order of the product's inner dimension.</param>
    /// <param name="codes">As many codes, written.</param>
    /// <param name="leastScale">The scale is at least this, so that a bias fits its int32 codes; 0 when nothing asks for it.</param>
    /// <returns>The scale, above zero; 1 for zeros.</returns>
    public static float Quantize(ReadOnlySpan<float> weights, Span<sbyte> codes, float leastScale = 0)
    {
        if (codes.Length != weights.Length)
        {
            throw new ArgumentException($"{weights.Length} weights do not fit {codes.Length} codes.", nameof(codes));
        }

        float largest = 0, largestPair = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(weights[i]));
            if (i % 2 == 1 && weights[i] > 0 == weights[i - 1] > 0)
            {
                largestPair = Math.Max(largestPair, Math.Abs(weights[i] + weights[i - 1]));
            }
        }

        float full = largest / CodeSpan.Int8.Max, safe = Math.Max(full, largestPair / PairLimit.Limit);
        if (Math.Max(safe, leastScale) < 1.17549435e-38f)
        {
            codes.Clear();
            return 1;
        }

        float best = 0;
        double least = double.PositiveInfinity;
        for (int candidate = 0; candidate <= Candidates; candidate++)
        {
            float scale = Math.Max(leastScale, (full * LeastShare) + ((safe - (full * LeastShare)) * candidate / Candidates));
            double error = Encode(weights, scale, codes);
            if (error < least)
            {
                (least, best) = (error, scale);
            }
        }

        Encode(weights, best, codes);
        return best;
    }

    private static double Encode(ReadOnlySpan<float> weights, float scale, Span<sbyte> codes)
    {
        float inverse = 1 / scale;
        for (int i = 0; i < weights.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(weights[i] * inverse, MidpointRounding.ToEven), CodeSpan.Int8.Min, CodeSpan.Int8.Max);
        }

        PairLimit.Apply(codes);
        double error = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double difference = weights[i] - ((double)codes[i] * scale);
            error += difference * difference;
        }

        return error;
    }
}
