namespace ModelPack.Runtime.Tokenization.Limits;

/// <summary>The words for the two ends of a text.</summary>
internal static class Directions
{
    public static readonly IReadOnlyDictionary<string, bool> IsLeft = new Dictionary<string, bool> { ["Left"] = true, ["Right"] = false };
}
