namespace ModelPack.Quantization.Activations;

/// <summary>Decides from statistics alone whether smoothing pays, and how strong. Pure.</summary>
public static class SmoothingChoice
{
    private static readonly float[] Strengths = [0.25f, 0.5f, 0.75f, 1];

    /// <summary>
    /// The factors with the least expected error; null where none brings it below <paramref name="leastGain"/> of that without, or it is
    /// below <paramref name="goodEnough"/> already.
    /// </summary>
    /// <param name="weights">[outputs, inputs, kernel].</param>
    /// <param name="outputs">Outputs, each with a weight scale of its own.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="statistics">What the input channels showed.</param>
    /// <param name="goodEnough">A relative squared error that is not worth an operation on the activations.</param>
    /// <param name="leastGain">0..1.</param>
    public static float[]? Choose(ReadOnlySpan<float> weights, int outputs, int inputs, ChannelStatistics statistics, double goodEnough, double leastGain)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        int kernel = weights.Length / (outputs * inputs);
        float[] largestWeights = new float[inputs], largestInputs = new float[inputs], factors = new float[inputs];
        for (int k = 0; k < inputs; k++)
        {
            largestInputs[k] = Math.Max(-statistics.Min[k], statistics.Max[k]);
            for (int n = 0; n < outputs; n++)
            {
                foreach (float weight in weights.Slice(((n * inputs) + k) * kernel, kernel))
                {
                    largestWeights[k] = Math.Max(largestWeights[k], Math.Abs(weight));
                }
            }
        }

        double without = ExpectedError(weights, outputs, inputs, statistics, []);
        if (without < goodEnough)
        {
            return null;
        }

        float[]? best = null;
        double least = without * leastGain;
        foreach (float strength in Strengths)
        {
            Smoothing.Factors(largestInputs, largestWeights, strength, factors);
            double error = ExpectedError(weights, outputs, inputs, statistics, factors);
            if (error < least)
            {
                (least, best) = (error, [.. factors]);
            }
        }

        return best;
    }

    /// <summary>
    /// Squared error of the product relative to its square, with rounding errors of step^2 / 12 that know nothing of each other: those of the
    /// activations pass through the weights, those of the weights through the activations.
    /// </summary>
    /// <param name="weights">[outputs, inputs, kernel].</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="statistics">What they showed.</param>
    /// <param name="factors">[inputs] by which activations are divided and weights multiplied; empty: all 1.</param>
    public static double ExpectedError(ReadOnlySpan<float> weights, int outputs, int inputs, ChannelStatistics statistics, ReadOnlySpan<float> factors)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        int kernel = weights.Length / (outputs * inputs);
        ActivationRange range = statistics.RangeOver(factors);
        double step = ((double)range.Max - range.Min) / (CodeSpan.UInt8.Max - CodeSpan.UInt8.Min);
        double energy = 0, signal = 0, error = 0;
        for (int k = 0; k < inputs; k++)
        {
            double factor = factors.IsEmpty ? 1 : factors[k];
            energy += kernel * statistics.MeanSquare(k) / (factor * factor);
        }

        for (int n = 0; n < outputs; n++)
        {
            double largest = 0, squares = 0;
            for (int k = 0; k < inputs; k++)
            {
                double factor = factors.IsEmpty ? 1 : factors[k];
                foreach (float weight in weights.Slice(((n * inputs) + k) * kernel, kernel))
                {
                    double scaled = weight * factor;
                    largest = Math.Max(largest, Math.Abs(scaled));
                    squares += scaled * scaled;
                    signal += (double)weight * weight * statistics.MeanSquare(k);
                }
            }

            double weightStep = largest / CodeSpan.Int8.Max;
            error += ((step * step * squares) + (weightStep * weightStep * energy)) / 12;
        }

        return signal == 0 ? 0 : error / signal;
    }
}
