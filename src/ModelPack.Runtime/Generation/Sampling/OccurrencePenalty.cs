namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>
/// Lowers the logits of tokens that were already generated, as OpenAI's <c>presence_penalty</c> and
/// <c>frequency_penalty</c> do: once for having occurred, and once for each occurrence.
/// </summary>
internal static class OccurrencePenalty
{
    /// <summary>Changes the logits of the tokens in place.</summary>
    /// <param name="logits">One value a token id.</param>
    /// <param name="tokens">Tokens that may have been generated, each once.</param>
    /// <param name="counts">How often each token id was generated.</param>
    /// <param name="presence">Taken off once; usually -2..2.</param>
    /// <param name="frequency">Taken off for each occurrence; usually -2..2.</param>
    public static void Apply(Span<float> logits, ReadOnlySpan<int> tokens, ReadOnlySpan<int> counts, float presence, float frequency)
    {
        foreach (int id in tokens)
        {
            int count = counts[id];
            if (count > 0)
            {
                logits[id] -= presence + (frequency * count);
            }
        }
    }
}
