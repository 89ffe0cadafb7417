using Microsoft.Extensions.AI;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Chat;

/// <summary>What a generation took, in the words of Microsoft.Extensions.AI.</summary>
internal static class ChatUsage
{
    /// <summary>Token counts.</summary>
    public static UsageDetails Details(GenerationSummary summary) => new()
    {
        InputTokenCount = summary.PromptTokens,
        CachedInputTokenCount = summary.CachedPromptTokens,
        OutputTokenCount = summary.OutputTokens,
        TotalTokenCount = summary.PromptTokens + summary.OutputTokens,
    };

    /// <summary>Why the answer ended.</summary>
    public static ChatFinishReason FinishReason(GenerationSummary summary) =>
        summary.FinishReason == Generation.FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;
}
