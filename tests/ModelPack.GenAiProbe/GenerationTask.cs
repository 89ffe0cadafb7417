namespace ModelPack.GenAiProbe;

/// <summary>One line of the mode <c>serve</c>.</summary>
internal sealed record GenerationTask(string Folder, int[] Ids, int NewTokens, string Logits, string? Adapter = null);
