using System.Text.Json;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>
/// llama.cpp's name of a pre-tokenizer, found by what the tokenizer's file says it does. (Its own converter looks for the hash of some ids, so
/// that one new token makes a known tokenizer unknown.)
/// </summary>
internal static class PreTokenizers
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Rest = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string LowerWord = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string UpperWord = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lead = @"[^\r\n\p{L}\p{N}]?";
    private const string RestWithSlash = @" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly PreTokenizer[] All =
    [
        new("gpt-2", false, PreTokenizerStep.GptWords),
        new("smollm", false, PreTokenizerStep.SingleDigits, PreTokenizerStep.GptWords),

        // llama.cpp keeps whole words of the vocabulary together under this name, as ignore_merges does.
        new("llama-bpe", true, $@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}{{1,3}}|{Rest}", PreTokenizerStep.Bytes),
        new("dbrx", false, $@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}{{1,3}}|{Rest}", PreTokenizerStep.Bytes),
        new("qwen2", false, $@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}|{Rest}", PreTokenizerStep.Bytes),
        new("tekken", true, $@"{Lead}{UpperWord}*{LowerWord}+|{Lead}{UpperWord}+{LowerWord}*|\p{{N}}|{RestWithSlash}", PreTokenizerStep.Bytes),
        new("gpt-4o", false, $@"{Lead}{UpperWord}*{LowerWord}+{Contractions}?|{Lead}{UpperWord}+{LowerWord}*{Contractions}?|\p{{N}}{{1,3}}|{RestWithSlash}", PreTokenizerStep.Bytes),
        new("deepseek-v3", false,
            @"\p{N}{1,3}",
            "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
            PreTokenizerStep.Bytes),
    ];

    /// <summary>The name.</summary>
    /// <param name="file">A tokenizer of byte-level BPE.</param>
    /// <exception cref="ModelPackException">MPK1703: llama.cpp has no such pre-tokenizer, as far as this version knows.</exception>
    public static string NameOf(TokenizerDocument file)
    {
        string[] steps = [.. file.Steps("pre_tokenizer", "pretokenizers").Select(PreTokenizerStep.Of)];
        bool wholeWords = file.Model.TryGetProperty("ignore_merges", out JsonElement ignore) && ignore.ValueKind == JsonValueKind.True;
        PreTokenizer[] alike = [.. All.Where(known => known.Steps.SequenceEqual(steps, StringComparer.Ordinal))];
        return alike.FirstOrDefault(known => known.KeepsWholeWords == wholeWords)?.Name ?? throw file.Error(
            GgufOutputErrors.PreTokenizer,
            alike.Length > 0
                ? $"its pre_tokenizer is llama.cpp's {alike[0].Name}, which {(wholeWords ? "applies merges" : "keeps whole words of the vocabulary together")} where model.ignore_merges is {(wholeWords ? "true" : "false")}"
                : $"its pre_tokenizer ({(steps.Length == 0 ? "none" : string.Join(", then ", steps))}) is none of those that this version knows in llama.cpp: {string.Join(", ", All.Select(known => known.Name))}");
    }

    private sealed record PreTokenizer(string Name, bool KeepsWholeWords, params string[] Steps);
}
