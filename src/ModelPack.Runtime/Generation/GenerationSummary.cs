namespace ModelPack.Runtime.Generation;

/// <summary>How a generation ended and what it took.</summary>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="StopString">The stop string that ended it, or null.</param>
/// <param name="PromptTokens">Tokens of the prompt, those from the cache included.</param>
/// <param name="CachedPromptTokens">Tokens of the prompt whose keys and values an earlier generation had left.</param>
/// <param name="OutputTokens">Tokens generated, the one that ends the text included.</param>
/// <param name="TimeToFirstToken">From the start of the prompt's evaluation to the first token.</param>
/// <param name="Elapsed">From the start of the prompt's evaluation to the end.</param>
public sealed record GenerationSummary(
    FinishReason FinishReason,
    string? StopString,
    int PromptTokens,
    int CachedPromptTokens,
    int OutputTokens,
    TimeSpan TimeToFirstToken,
    TimeSpan Elapsed)
{
    /// <summary>Tokens a second after the first one; 0 for a single token.</summary>
    public double TokensPerSecond =>
        OutputTokens > 1 && Elapsed > TimeToFirstToken ? (OutputTokens - 1) / (Elapsed - TimeToFirstToken).TotalSeconds : 0;
}
