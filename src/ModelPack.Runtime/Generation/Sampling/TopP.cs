using System.Numerics;

namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Keeps the smallest set of most likely tokens whose probabilities reach a share of the whole (nucleus sampling).</summary>
internal static class TopP
{
    // Weights are relative to the most likely token; most nuclei are found at the first threshold, and each further pass
    // over the vocabulary reaches tokens that much less likely.
    private const float FirstThreshold = 1f / 64;
    private const float ThresholdStep = 1f / 256;
    private const float LastThreshold = 1e-12f;

    /// <summary>How many leading candidates are kept.</summary>
    /// <param name="sortedWeights">Weights, the largest first.</param>
    /// <param name="total">Sum of all weights, those outside the span too.</param>
    /// <param name="share">In (0, 1]: the part of <paramref name="total"/> to reach.</param>
    /// <returns>At least 1.</returns>
    public static int Count(ReadOnlySpan<float> sortedWeights, double total, float share)
    {
        double wanted = total * share;
        double reached = 0;
        for (int i = 0; i < sortedWeights.Length; i++)
        {
            reached += sortedWeights[i];
            if (reached >= wanted)
            {
                return i + 1;
            }
        }

        return sortedWeights.Length;
    }

    /// <summary>
    /// Writes the tokens of a whole vocabulary that may belong to the nucleus as <see cref="Candidate"/>s in the
    /// order of their ids, leaving out those that cannot: few are left to sort.
    /// </summary>
    /// <param name="weights">One weight a token id, the largest being 1.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="share">In (0, 1].</param>
    /// <param name="candidates">As long as <paramref name="weights"/>.</param>
    /// <returns>The candidates written: together they reach <paramref name="share"/>.</returns>
    public static int Gather(ReadOnlySpan<float> weights, double total, float share, Span<ulong> candidates)
    {
        for (float threshold = FirstThreshold; ; threshold = threshold > LastThreshold ? threshold * ThresholdStep : 0)
        {
            int count = Above(weights, threshold, candidates, out double mass);
            if (mass >= total * share || threshold == 0)
            {
                return count;
            }
        }
    }

    /// <summary>Writes the tokens whose weight is at least <paramref name="threshold"/>, in the order of their ids.</summary>
    public static int Above(ReadOnlySpan<float> weights, float threshold, Span<ulong> candidates, out double mass)
    {
        int count = 0;
        mass = 0;
        int width = Vector<float>.Count;
        var limit = new Vector<float>(threshold);
        int i = 0;
        while (i < weights.Length)
        {
            if (i + width <= weights.Length && !Vector.GreaterThanOrEqualAny(new Vector<float>(weights.Slice(i, width)), limit))
            {
                i += width;
                continue;
            }

            int end = Math.Min(i + width, weights.Length);
            for (; i < end; i++)
            {
                if (weights[i] >= threshold)
                {
                    candidates[count++] = Candidate.Pack(weights[i], i);
                    mass += weights[i];
                }
            }
        }

        return count;
    }
}
