namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>Draws one index with a probability proportional to its weight.</summary>
internal static class Categorical
{
    /// <summary>The index in whose stretch of the cumulative weights the drawn point lies.</summary>
    /// <param name="weights">Not negative; at least one is positive.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static int Draw(ReadOnlySpan<float> weights, double total, double uniform)
    {
        double point = total * uniform;
        double reached = 0;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                reached += weights[i];
                last = i;
                if (point < reached)
                {
                    return i;
                }
            }
        }

        // The sum may have been rounded differently: the last token that is possible at all.
        return last;
    }
}
