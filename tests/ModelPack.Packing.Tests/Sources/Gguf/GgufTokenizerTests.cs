using System.Text.Json;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Sources.Gguf;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>Tokenizers rebuilt from metadata against the published tokenizer.json of the same models, and against llama.cpp's own test vectors.</summary>
public sealed class GgufTokenizerTests
{
    private const string Separator = "\n__ggml_vocab_test__\n";

    private static readonly string[] OddTexts =
    [
        "", " ", "  two  spaces ", "\n\n\tindented\r\nlines", "Grüße, 東京 und 😀👍🏽!", "1234567890 ١٢٣ ½", "it's we'll they've I'M", "a\0b", "<s> </s> <unk>", "\u200b\u00a0\ufeff", "e\u0301 vs é", "한국어 문장",
    ];

    [SkippableTheory]
    [InlineData("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct", "wikitext-2-raw/wiki.test.raw")]
    [InlineData("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct", "tinyshakespeare/input.txt")]
    [InlineData("gguf-reference/stories260K-Q8_0.gguf", "stories260K", "tinystories/stories.txt")]
    [InlineData("gguf-reference/stories260K-F32.gguf", "stories260K", "wizard-of-oz/oz.txt")]
    [InlineData("gguf-reference/babyllama-tok105-Q4_0.gguf", "babyllama-tok105", "tinystories/stories.txt")]
    public void A_rebuilt_tokenizer_gives_the_ids_of_the_published_one(string file, string published, string text)
    {
        Tokenizer expected = Tokenizer.Load(SharedFolder.Require($"models/{published}"));
        Tokenizer actual = Rebuild(SharedFolder.Require($"models/{file}"));
        string all = File.ReadAllText(SharedFolder.Require($"text/{text}"));
        foreach (string sample in OddTexts.Append(all[..Math.Min(all.Length, 200_000)]))
        {
            int[] ids = expected.Encode(sample);
            Assert.Equal(ids, actual.Encode(sample));
            Assert.Equal(expected.Encode(sample, addSpecialTokens: false), actual.Encode(sample, addSpecialTokens: false));
            Assert.Equal(expected.Decode(ids), actual.Decode(ids));
        }
    }

    [SkippableTheory]
    [InlineData("gpt-2")]
    [InlineData("llama-spm")]
    public void A_rebuilt_tokenizer_gives_the_ids_of_llama_cpps_test_vectors(string name)
    {
        string file = SharedFolder.Require($"models/gguf-vocab/ggml-vocab-{name}.gguf");
        string[] texts = File.ReadAllText(file + ".inp").Split(Separator);
        string[] lines = File.ReadAllText(file + ".out").Split('\n');
        Tokenizer tokenizer = Rebuild(file);
        Assert.True(texts.Length > 40);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            Assert.True(expected.SequenceEqual(tokenizer.Encode(texts[i], addSpecialTokens: false)), $"text {i}: '{texts[i]}' should be {lines[i]} and is {string.Join(' ', tokenizer.Encode(texts[i], addSpecialTokens: false))}");
        }
    }

    [SkippableFact]
    public void A_tokenizer_of_another_kind_is_refused_by_name()
    {
        string file = SharedFolder.Require("models/gguf-vocab/ggml-vocab-bert-bge.gguf");
        ModelPackException error = Assert.Throws<ModelPackException>(() => Rebuild(file));
        Assert.Equal("MPK1425", error.Code);
        Assert.Contains("tokenizer.ggml.model", error.Message, StringComparison.Ordinal);
        Assert.Contains("bert", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("models/tokenizers/qwen3", "qwen2")]
    [InlineData("models/tokenizers/llama-3", "llama-bpe")]
    [InlineData("models/tokenizers/gpt2", "gpt-2")]
    public void A_pre_tokenizer_has_the_pattern_of_the_published_file(string published, string name)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Require(published), "tokenizer.json")));
        JsonElement step = file.RootElement.GetProperty("pre_tokenizer");
        string[] patterns = step.TryGetProperty("pretokenizers", out JsonElement steps)
            ? [.. steps.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "Split").Select(entry => entry.GetProperty("pattern").GetProperty("Regex").GetString()!)]
            : [];
        PreTokenizer known = PreTokenizer.Find(name)!;
        Assert.Equal(patterns, known.Patterns);
        Assert.Equal(file.RootElement.GetProperty("normalizer").ValueKind == JsonValueKind.Object, known.Composes);
        Assert.Equal(file.RootElement.GetProperty("model").TryGetProperty("ignore_merges", out JsonElement whole) && whole.GetBoolean(), known.KeepsWholeWords);
    }

    private static Tokenizer Rebuild(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            GgufTokenizer.Write(json, GgufVocabulary.Read(new GgufMetadata(path, file.Metadata)));
        }

        return Tokenizer.Parse(bytes.ToArray(), path);
    }
}
