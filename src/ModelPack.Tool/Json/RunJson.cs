using ModelPack.Tool.Chatting;

namespace ModelPack.Tool.Json;

/// <summary>What <c>run --json</c> prints. Times are seconds.</summary>
internal sealed record RunJson(string Text, string FinishReason, RunUsage Usage, double TokensPerSecond, double TimeToFirstToken)
{
    public static RunJson From(Answer answer) => new(
        answer.Text,
        answer.Summary.FinishReason == Runtime.Generation.FinishReason.Length ? "length" : "stop",
        new RunUsage(
            answer.Summary.PromptTokens,
            answer.Summary.OutputTokens,
            answer.Summary.PromptTokens + answer.Summary.OutputTokens),
        Math.Round(answer.Summary.TokensPerSecond, 2),
        Math.Round(answer.Summary.TimeToFirstToken.TotalSeconds, 6));
}
