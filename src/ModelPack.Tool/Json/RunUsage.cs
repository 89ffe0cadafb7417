namespace ModelPack.Tool.Json;

/// <summary>Tokens of a generation.</summary>
internal sealed record RunUsage(int InputTokens, int OutputTokens, int TotalTokens);
