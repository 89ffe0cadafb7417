namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>How the next token is chosen, every default resolved.</summary>
/// <param name="Temperature">0: the most likely token; above: drawn.</param>
/// <param name="TopK">0: off.</param>
/// <param name="TopP">1: off.</param>
/// <param name="MinP">0: off.</param>
/// <param name="RepetitionPenalty">1: off.</param>
/// <param name="PresencePenalty">0: off.</param>
/// <param name="FrequencyPenalty">0: off.</param>
internal readonly record struct SamplingSettings(
    float Temperature,
    int TopK,
    float TopP,
    float MinP,
    float RepetitionPenalty,
    float PresencePenalty,
    float FrequencyPenalty)
{
    /// <summary>Always the most likely token.</summary>
    public static SamplingSettings Greedy { get; } = new(0, 0, 1, 0, 1, 0, 0);

    /// <summary>Whether some logits depend on the tokens so far.</summary>
    public bool HasPenalties => RepetitionPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;
}
