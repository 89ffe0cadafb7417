using System.Text.Json;

namespace ModelPack.Runtime.Tests;

/// <summary>A byte-level tokenizer whose tokens are the printable ASCII characters, and one token each that begins and ends a text.</summary>
internal static class SmallTokenizer
{
    public const int Characters = '~' - ' ' + 1;
    public const int Begin = Characters;
    public const int End = Characters + 1;
    public const int Vocabulary = Characters + 2;

    public static string Json()
    {
        var vocabulary = Enumerable.Range(0, Characters).ToDictionary(id => id == 0 ? "Ġ" : ((char)(' ' + id)).ToString(), id => id);
        var added = new[] { (Begin, "<|begin|>"), (End, "<|end|>") }.Select(token => new
        {
            id = token.Item1,
            content = token.Item2,
            single_word = false,
            lstrip = false,
            rstrip = false,
            normalized = false,
            special = true,
        });
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            truncation = (object?)null,
            padding = (object?)null,
            added_tokens = added,
            normalizer = (object?)null,
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = false, use_regex = false },
            post_processor = (object?)null,
            decoder = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = false, use_regex = false },
            model = new { type = "BPE", dropout = (object?)null, unk_token = (object?)null, continuing_subword_prefix = (object?)null, end_of_word_suffix = (object?)null, fuse_unk = false, byte_fallback = false, vocab = vocabulary, merges = Array.Empty<string>() },
        });
    }
}
