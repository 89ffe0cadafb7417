using System.Text.Json.Serialization;

namespace ModelPack.Packing.Reports;

/// <summary>What the unquantized and the packed model write after the same prompt, always taking the most likely token.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Float">The unquantized model's continuation.</param>
/// <param name="Packed">The packed model's continuation, as deployed.</param>
/// <param name="Tokens">Tokens of the longer one.</param>
/// <param name="EqualTokens">Tokens from the start in which both are equal.</param>
internal sealed record ReportSample(string Prompt, string Float, string Packed, int Tokens, int EqualTokens)
{
    /// <summary>Why there is no sample; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Skipped { get; init; }

    /// <summary>A sample that was not made.</summary>
    public static ReportSample None(string why) => new("", "", "", 0, 0) { Skipped = why };
}
