namespace ModelPack.Runtime.Generation;

/// <summary>
/// How a text is continued. Everything is optional: what is null comes from the model's generation_config.json (or the search
/// section of its genai_config.json). Immutable; values outside their range are refused with MPK4301 when generation starts.
/// </summary>
/// <remarks>
/// Tokens are drawn when <see cref="Temperature"/> is above 0; also when it is null and the model's own configuration draws,
/// or when <see cref="TopK"/>, <see cref="TopP"/> or <see cref="MinP"/> narrow the choice. Otherwise the most likely token is
/// taken each time (greedy).
/// </remarks>
public sealed record GenerationOptions
{
    internal const float LargestTemperature = 100;
    internal const float LargestPenalty = 100;
    internal const float SmallestRepetitionPenalty = 0.01f;
    internal const float LargestRepetitionPenalty = 100;

    /// <summary>Everything as the model's makers configured it.</summary>
    public static GenerationOptions Default { get; } = new();

    /// <summary>Always the most likely token, without any penalty.</summary>
    public static GenerationOptions Greedy { get; } = new() { Temperature = 0, RepetitionPenalty = 1 };

    /// <summary>Most tokens to generate, at least 1; null: until the context is full.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0: greedy; below 1 sharpens, above 1 flattens the distribution; at most 100.</summary>
    public float? Temperature { get; init; }

    /// <summary>Draw among this many most likely tokens; 0 is off.</summary>
    public int? TopK { get; init; }

    /// <summary>Draw among the most likely tokens that together reach this probability, 0..1; 1 is off.</summary>
    public float? TopP { get; init; }

    /// <summary>Leave out tokens less likely than this share of the most likely one, 0..1; 0 is off.</summary>
    public float? MinP { get; init; }

    /// <summary>Divides (positive) or multiplies (negative) logits of tokens in the prompt and the text, 0.01..100; 1 is off.</summary>
    public float? RepetitionPenalty { get; init; }

    /// <summary>Taken off the logit of every token generated before, -100..100 (usually -2..2); 0 is off.</summary>
    public float? PresencePenalty { get; init; }

    /// <summary>Taken off the logit of a token for each time it was generated, -100..100 (usually -2..2); 0 is off.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Start of the random numbers: the same seed, prompt and options give the same text. Null: another one each time.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts at which generation ends; they never appear in the output, not even in part. None may be empty.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>One of <see cref="PackedModel.Adapters"/>, switched on for this text; null or empty: none. Another name is refused with MPK4312.</summary>
    public string? Adapter { get; init; }

    /// <summary>Goes on after a token that ends a text, up to <see cref="MaxTokens"/>; for measurements.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>Refuses values outside their range with MPK4301.</summary>
    internal void Validate()
    {
        Check(nameof(MaxTokens), MaxTokens, 1, int.MaxValue);
        Check(nameof(Temperature), Temperature, 0, LargestTemperature);
        Check(nameof(TopK), TopK, 0, int.MaxValue);
        Check(nameof(TopP), TopP, 0, 1);
        Check(nameof(MinP), MinP, 0, 1);
        Check(nameof(RepetitionPenalty), RepetitionPenalty, SmallestRepetitionPenalty, LargestRepetitionPenalty);
        Check(nameof(PresencePenalty), PresencePenalty, -LargestPenalty, LargestPenalty);
        Check(nameof(FrequencyPenalty), FrequencyPenalty, -LargestPenalty, LargestPenalty);
        if (StopStrings.Any(string.IsNullOrEmpty))
        {
            throw new ModelPackException(RuntimeErrors.OptionOutOfRange, "A stop string is empty; leave it out.");
        }
    }

    private static void Check(string name, double? value, double least, double most)
    {
        if (value is { } given && !(given >= least && given <= most))
        {
            throw new ModelPackException(RuntimeErrors.OptionOutOfRange, $"{name} is {given}; it must lie between {least} and {most}.");
        }
    }
}
