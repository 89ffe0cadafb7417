using System.Text.Json;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>The merges of a BPE tokenizer, in the order of their ranks.</summary>
internal static class Merges
{
    /// <summary>Reads both forms of the file: "left right" and ["left", "right"].</summary>
    public static IReadOnlyList<(string Left, string Right)> Of(TokenizerDocument file) =>
        [.. file.Model.TryGetProperty("merges", out JsonElement merges) ? merges.EnumerateArray().Select(Read) : []];

    private static (string Left, string Right) Read(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array)
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }

        string text = merge.GetString()!;
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return (text[..space], text[(space + 1)..]);
    }
}
