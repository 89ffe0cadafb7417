namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>
/// Makes tokens of the prompt and of the text so far less likely, as Hugging Face's <c>repetition_penalty</c> does (the CTRL
/// paper, arXiv 1909.05858): positive logits are divided, negative ones multiplied.
/// </summary>
internal static class RepetitionPenalty
{
    /// <summary>Changes the logits of the tokens in place.</summary>
    /// <param name="logits">One value a token id.</param>
    /// <param name="tokens">Each token that occurred, once.</param>
    /// <param name="penalty">Above 0; 1 changes nothing.</param>
    public static void Apply(Span<float> logits, ReadOnlySpan<int> tokens, float penalty)
    {
        foreach (int id in tokens)
        {
            float logit = logits[id];
            logits[id] = logit < 0 ? logit * penalty : logit / penalty;
        }
    }
}
