using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization;

/// <summary>Ids and text against Hugging Face's library, over its outputs for one corpus.</summary>
public sealed class GoldenTests
{
    /// <summary>Where characters vanish, the reference library's offsets run behind by them; ours do not.</summary>
    private const string DropsCharacters = "bpe-no-unk";

    private static readonly ConcurrentDictionary<string, Tokenizer> Loaded = new();

    public static TheoryData<string> Sets => [.. GoldenSets.Supported];

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Every_input_gets_the_reference_ids_and_decodes_to_the_reference_text(string set)
    {
        Tokenizer tokenizer = Load(set);
        var wrong = new List<string>();
        List<JsonElement> rows = GoldenRows.Of(set, "input");
        foreach (JsonElement row in rows)
        {
            string id = row.Text("id");
            string text = GoldenRows.Text(id);
            if (row.TryGetProperty("error", out _))
            {
                AssertRefused(tokenizer, text);
                continue;
            }

            int[] ids = row.Ints("ids");
            Compare(wrong, id, "ids", ids, tokenizer.Encode(text));
            Compare(wrong, id, "ids_plain", row.Ints("ids_plain"), tokenizer.Encode(text, addSpecialTokens: false));
            Compare(wrong, id, "decoded", row.Text("decoded"), tokenizer.Decode(ids, skipSpecialTokens: false));
            Compare(wrong, id, "decoded_skip", row.Text("decoded_skip"), tokenizer.Decode(ids));
        }

        Assert.True(wrong.Count == 0, Report(wrong));
        Assert.Equal(375, rows.Count);
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Long_texts_get_the_reference_ids_and_come_back(string set)
    {
        Tokenizer tokenizer = Load(set);
        foreach (JsonElement row in GoldenRows.Of(set, "long"))
        {
            byte[] bytes = File.ReadAllBytes(SharedFolder.Require("text/" + row.Text("id")));
            string text = Encoding.UTF8.GetString(bytes.AsSpan(0, row.GetProperty("bytes").GetInt32()));
            if (row.TryGetProperty("error", out _))
            {
                AssertRefused(tokenizer, text);
                continue;
            }

            int[] ids = tokenizer.Encode(text, addSpecialTokens: false);
            Assert.Equal(row.Ints("first"), ids.Take(200));
            Assert.Equal(row.GetProperty("count").GetInt32(), ids.Length);
            Assert.Equal(row.Text("sha256"), Hash(LittleEndian(ids)));
            Assert.Equal(row.Text("decoded_sha256"), Hash(Encoding.UTF8.GetBytes(tokenizer.Decode(ids, skipSpecialTokens: false))));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Streamed_pieces_never_run_ahead_of_the_text_and_join_to_it(string set)
    {
        Tokenizer tokenizer = Load(set);
        StreamingDecoder decoder = tokenizer.CreateStreamingDecoder();
        foreach (JsonElement row in GoldenRows.Of(set, "stream").Where(row => row.TryGetProperty("ids", out _)))
        {
            int[] ids = row.Ints("ids");
            string[] prefixes = [.. row.GetProperty("prefixes").EnumerateArray().Select(p => p.GetString()!)];
            string whole = tokenizer.Decode(ids);
            string streamed = "";
            for (int i = 0; i < ids.Length; i++)
            {
                Assert.Equal(prefixes[i], tokenizer.Decode(ids.AsSpan(0, i + 1)));
                streamed += decoder.Append(ids[i]);
                Assert.StartsWith(streamed, whole, StringComparison.Ordinal);
                Assert.False(streamed.Length > 0 && char.IsHighSurrogate(streamed[^1]), $"{row.Text("id")}: half a character after token {i}");
            }

            Assert.Equal(whole, streamed + decoder.Flush());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Offsets_types_and_masks_are_the_reference_ones(string set)
    {
        Tokenizer tokenizer = Load(set);
        var wrong = new List<string>();
        int compared = 0;
        foreach (JsonElement row in GoldenRows.Of(set, "input").Where(row => row.TryGetProperty("offsets_utf16", out _)))
        {
            CompareDetails(wrong, row, tokenizer.Tokenize(GoldenRows.Text(row.Text("id"))), set != DropsCharacters);
            compared++;
        }

        Assert.True(wrong.Count == 0, Report(wrong));
        Assert.True(compared > 50 || set == "unigram-no-unk");
    }

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Pairs_are_laid_out_like_the_reference_ones(string set)
    {
        Tokenizer tokenizer = Load(set);
        var wrong = new List<string>();
        foreach (JsonElement row in GoldenRows.Of(set, "pair"))
        {
            string first = GoldenRows.Text(row.Text("first"));
            string second = GoldenRows.Text(row.Text("second"));
            if (row.TryGetProperty("error", out _))
            {
                Assert.StartsWith("MPK410", Assert.Throws<ModelPackException>(() => tokenizer.Tokenize(first, second)).Code, StringComparison.Ordinal);
                continue;
            }

            TokenizedText pair = tokenizer.Tokenize(first, second);
            Compare(wrong, row.Text("id"), "ids", row.Ints("ids"), [.. pair.Ids]);
            Compare(wrong, row.Text("id"), "ids_plain", row.Ints("ids_plain"), [.. tokenizer.Tokenize(first, second, addSpecialTokens: false).Ids]);
            CompareDetails(wrong, row, pair, compareOffsets: false);
        }

        Assert.True(wrong.Count == 0, Report(wrong));
    }

    private static Tokenizer Load(string set) => Loaded.GetOrAdd(set, static name =>
    {
        Tokenizer tokenizer = Tokenizer.Load(GoldenRows.FileOf(name));
        return name.EndsWith(".uncut", StringComparison.Ordinal) ? tokenizer.WithoutLimits() : tokenizer;
    });

    /// <summary>Where the reference library refuses a text: a character that the vocabulary lacks, and no unknown token.</summary>
    private static void AssertRefused(Tokenizer tokenizer, string text) =>
        Assert.Equal("MPK4107", Assert.Throws<ModelPackException>(() => tokenizer.Encode(text)).Code);

    private static void CompareDetails(List<string> wrong, JsonElement row, TokenizedText actual, bool compareOffsets)
    {
        string id = row.Text("id");
        int count = actual.Ids.Count;
        Compare(wrong, id, "type_ids", row.TryGetProperty("type_ids", out _) ? row.Ints("type_ids") : new int[count], [.. actual.TypeIds]);
        Compare(wrong, id, "special_tokens_mask", row.Ints("special_tokens_mask"), [.. actual.SpecialTokensMask]);
        int[] attention = row.TryGetProperty("attention_mask", out _) ? row.Ints("attention_mask") : [.. Enumerable.Repeat(1, count)];
        Compare(wrong, id, "attention_mask", attention, [.. actual.AttentionMask]);
        if (row.TryGetProperty("offsets_utf16", out JsonElement offsets) && compareOffsets)
        {
            int[] expected = [.. offsets.EnumerateArray().SelectMany(p => p.EnumerateArray().Select(v => v.GetInt32()))];
            Compare(wrong, id, "offsets_utf16", expected, [.. actual.Offsets.SelectMany(r => new[] { r.Start, r.End })]);
        }

        int[] overflowing = row.TryGetProperty("overflowing", out JsonElement windows) ? [.. windows.EnumerateArray().SelectMany(w => w.EnumerateArray().Select(v => v.GetInt32()))] : [];
        Compare(wrong, id, "overflowing", overflowing, [.. actual.Overflowing.SelectMany(w => w.Ids)]);
    }

    private static void Compare(List<string> wrong, string id, string what, int[] expected, int[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            wrong.Add($"{id} {what}: expected [{string.Join(' ', expected)}], was [{string.Join(' ', actual)}]");
        }
    }

    private static void Compare(List<string> wrong, string id, string what, string expected, string actual)
    {
        if (expected != actual)
        {
            wrong.Add($"{id} {what}: expected \"{expected}\", was \"{actual}\"");
        }
    }

    private static string Report(List<string> wrong) => $"{wrong.Count} wrong:\n" + string.Join('\n', wrong.Take(12));

    private static byte[] LittleEndian(int[] ids)
    {
        var bytes = new byte[ids.Length * 4];
        for (int i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * 4), ids[i]);
        }

        return bytes;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
