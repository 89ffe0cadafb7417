namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Drops tokens that are much less likely than the most likely one.</summary>
internal static class MinP
{
    /// <summary>How many leading candidates have at least <paramref name="share"/> of the first one's probability.</summary>
    /// <param name="sortedWeights">Weights, the largest first; not empty.</param>
    /// <param name="share">In [0, 1]; 0 keeps all.</param>
    /// <returns>At least 1.</returns>
    public static int Count(ReadOnlySpan<float> sortedWeights, float share)
    {
        float threshold = sortedWeights[0] * share;
        int count = 1;
        while (count < sortedWeights.Length && sortedWeights[count] >= threshold)
        {
            count++;
        }

        return count;
    }
}
