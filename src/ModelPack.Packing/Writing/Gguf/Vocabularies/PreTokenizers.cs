using System.Text.Json;
using ModelPack.Packing.Sources.Gguf;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>
/// llama.cpp's name of a pre-tokenizer, found by what the tokenizer's file says it does. (Its own converter looks for the hash of some ids, so
/// that one new token makes a known tokenizer unknown.)
/// </summary>
internal static class PreTokenizers
{
    // Other names stand for one of these patterns too.
    private static readonly (string Name, bool KeepsWholeWords, string[] Steps)[] All =
    [
        .. from name in new[] { "gpt-2", "smollm", "llama-bpe", "dbrx", "qwen2", "tekken", "gpt-4o", "deepseek-v3" }
           let known = PreTokenizer.Find(name)!
           select (name, known.KeepsWholeWords, StepsOf(known)),
    ];

    /// <summary>The name.</summary>
    /// <param name="file">A tokenizer of byte-level BPE.</param>
    /// <exception cref="ModelPackException">MPK1703: llama.cpp has no such pre-tokenizer, as far as this version knows.</exception>
    public static string NameOf(TokenizerDocument file)
    {
        string[] steps = [.. file.Steps("pre_tokenizer", "pretokenizers").Select(PreTokenizerStep.Of)];
        bool wholeWords = file.Model.TryGetProperty("ignore_merges", out JsonElement ignore) && ignore.ValueKind == JsonValueKind.True;
        (string Name, bool KeepsWholeWords, string[] Steps)[] alike = [.. All.Where(known => known.Steps.SequenceEqual(steps, StringComparer.Ordinal))];
        return alike.FirstOrDefault(known => known.KeepsWholeWords == wholeWords).Name ?? throw file.Error(
            GgufOutputErrors.PreTokenizer,
            alike.Length > 0
                ? $"its pre_tokenizer is llama.cpp's {alike[0].Name}, which {(wholeWords ? "applies merges" : "keeps whole words of the vocabulary together")} where model.ignore_merges is {(wholeWords ? "true" : "false")}"
                : $"its pre_tokenizer ({(steps.Length == 0 ? "none" : string.Join(", then ", steps))}) is none of those that this version knows in llama.cpp: {string.Join(", ", All.Select(known => known.Name))}");
    }

    private static string[] StepsOf(PreTokenizer known) =>
    [
        .. known.SetsDigitsApart ? new[] { PreTokenizerStep.SingleDigits } : [],
        .. known.Patterns.Length == 0 ? [PreTokenizerStep.GptWords] : known.Patterns.Append(PreTokenizerStep.Bytes),
    ];
}
