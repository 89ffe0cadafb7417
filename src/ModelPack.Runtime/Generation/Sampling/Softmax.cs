using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Turns logits into weights that are proportional to probabilities.</summary>
internal static class Softmax
{
    /// <summary>
    /// Writes exp((logit - max) / temperature) for every logit: the most likely token gets 1 (but for rounding).
    /// </summary>
    /// <param name="logits">One value a token id.</param>
    /// <param name="max">The largest of them.</param>
    /// <param name="temperature">Above 0; below 1 sharpens, above 1 flattens.</param>
    /// <param name="weights">As long as <paramref name="logits"/>; may be the same memory.</param>
    /// <returns>The sum of the weights; NaN or infinity when a logit was not a number.</returns>
    public static double Weights(ReadOnlySpan<float> logits, float max, float temperature, Span<float> weights)
    {
        // Eight lanes whatever the processor has, so that the sum is added in one order everywhere.
        float scale = 1f / temperature;
        var sourceBlocks = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        var targetBlocks = MemoryMarshal.Cast<float, Vector256<float>>(weights[..logits.Length]);
        var low = Vector256<double>.Zero;
        var high = Vector256<double>.Zero;
        for (int i = 0; i < sourceBlocks.Length; i++)
        {
            var weight = Vector256.Exp((sourceBlocks[i] - Vector256.Create(max)) * scale);
            targetBlocks[i] = weight;
            (var first, var second) = Vector256.Widen(weight);
            low += first;
            high += second;
        }

        double sum = Vector256.Sum(low + high);
        for (int i = sourceBlocks.Length * Vector256<float>.Count; i < logits.Length; i++)
        {
            weights[i] = MathF.Exp((logits[i] - max) * scale);
            sum += weights[i];
        }

        return sum;
    }

    /// <summary>The same as <see cref="Weights"/>, one value after the other.</summary>
    public static double WeightsScalar(ReadOnlySpan<float> logits, float max, float temperature, Span<float> weights)
    {
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            weights[i] = MathF.Exp((logits[i] - max) / temperature);
            sum += weights[i];
        }

        return sum;
    }
}
