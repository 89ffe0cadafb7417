using System.Text.Json;

namespace ModelPack.LlamaCpp.Probe;

/// <summary>What came of a task.</summary>
/// <param name="Result">Its result; null where it has none or failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
internal sealed record ProbeAnswer(JsonElement? Result, string? Error);
