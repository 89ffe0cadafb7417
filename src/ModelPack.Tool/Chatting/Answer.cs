using System.Globalization;
using ModelPack.Runtime.Generation;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Chatting;

/// <summary>One generated text and what it took.</summary>
internal sealed record Answer(string Text, GenerationSummary Summary)
{
    /// <summary>One line about speed and end.</summary>
    public string Describe()
    {
        string end = Summary.FinishReason == FinishReason.Length ? ", stopped by its length" : "";
        string speed = Summary.TokensPerSecond.ToString("0.#", CultureInfo.InvariantCulture);
        return $"[{Summary.PromptTokens} + {Summary.OutputTokens} tokens, {speed} tokens/s, first after {Units.Duration(Summary.TimeToFirstToken)}{end}]";
    }
}
