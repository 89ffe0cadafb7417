using System.Text.Json.Nodes;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Packing.Writing.Gguf.Vocabularies;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>llama.cpp, given the vocabulary that is written, cuts text into the tokens of the model's own tokenizer.</summary>
public class VocabularyTests
{
    private static readonly string[] Texts = ["text/wizard-of-oz/oz.txt", "text/tinystories/stories.txt", "text/wikitext-2-raw/wiki.test.raw", "text/tinyshakespeare/input.txt"];

    [SkippableTheory]
    [InlineData("models/tinytales", 2044, 2047)]
    [InlineData("models/stories260K", 1, 2)]
    [InlineData("models/smollm2-135m-instruct", 1, 2)]
    [InlineData("models/tokenizers/gpt2", 50256, 50256)]
    [InlineData("models/tokenizers/llama-3", 128000, 128001)]
    [InlineData("models/tokenizers/phi-3", 1, 32000)]
    [InlineData("models/tokenizers/qwen3", 151643, 151645)]
    [InlineData("goldens/tokenizers/files/bpe-smollm", 0, 1)]
    [InlineData("goldens/tokenizers/files/bpe-deepseek3", 0, 1)]
    [InlineData("goldens/tokenizers/files/bpe-olmo", 0, 1)]
    [InlineData("goldens/tokenizers/files/bpe-ignore-merges-true", 0, 1)]
    [InlineData("goldens/tokenizers/files/bpe-ignore-merges-false", 0, 1)]
    [InlineData("goldens/tokenizers/files/spm-bpe", 1, 2)]
    [InlineData("goldens/tokenizers/files/spm-bpe-never", 1, 2)]
    public void Prose_becomes_the_same_tokens(string folder, int begin, int end) => Compare(SharedFolder.Require(folder), begin, end);

    // The files differ from published ones in this flag, whose value llama.cpp ties to the pattern.
    [SkippableTheory]
    [InlineData("bpe-tekken", true, 900)]
    [InlineData("bpe-o200k", false, 0)]
    public void Prose_becomes_the_same_tokens_where_whole_words_are_kept_as_llama_cpp_does(string name, bool ignoreMerges, int begin)
    {
        JsonNode tokenizer = JsonNode.Parse(File.ReadAllText(SharedFolder.Require($"goldens/tokenizers/files/{name}/tokenizer.json")))!;
        tokenizer["model"]!["ignore_merges"] = ignoreMerges;
        string folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
            Compare(folder, begin, 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string path, int begin, int end)
    {
        LlamaCpp.Require();
        using var file = new VocabularyFile(path, new TokenIds(begin, [end], null), extraRows: 3);
        string[] texts = [.. Samples()];
        Assert.True(texts.Length > 20);

        int[][] actual = LlamaProcess.Tokenize(file.Path, texts);

        Tokenizer tokenizer = Tokenizer.Load(path);
        for (int i = 0; i < texts.Length; i++)
        {
            int[] expected = tokenizer.Encode(texts[i]);
            int same = expected.AsSpan().CommonPrefixLength(actual[i]);
            Assert.True(expected.SequenceEqual(actual[i]), $"after {same} tokens: {Shown(expected)} and {Shown(actual[i])}");

            string Shown(int[] ids) => string.Join(' ', ids.Skip(Math.Max(0, same - 2)).Take(6).Select(id => $"{id} '{tokenizer.IdToToken(id)}'"));
        }

        Assert.Empty(file.Warnings);
    }

    [SkippableTheory]
    [InlineData("models/tinytales", "<|begin|><|user|>A fox?<|end|><|assistant|>")]
    [InlineData("models/smollm2-135m-instruct", "<|im_start|>user\nA fox?<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("models/tokenizers/qwen3", "<|im_start|>user\nA fox?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>")]
    public void Marks_of_a_chat_template_become_their_tokens(string folder, string text)
    {
        LlamaCpp.Require();
        string path = SharedFolder.Require(folder);
        using var file = new VocabularyFile(path, new TokenIds(null, [0], null));

        int[] actual = LlamaProcess.Tokenize(file.Path, [text], addSpecial: false, parseSpecial: true)[0];

        Assert.Equal(Tokenizer.Load(path).Encode(text, addSpecialTokens: false), actual);
    }

    [SkippableFact]
    public void A_vocabulary_without_bytes_is_written_with_a_warning_and_reads_text_of_its_alphabet()
    {
        LlamaCpp.Require();
        string path = SharedFolder.Require("models/babyllama-tok105");
        using var file = new VocabularyFile(path, new TokenIds(1, [2], null));
        string text = string.Join(' ', File.ReadLines(SharedFolder.Require("text/tinystories/stories.txt")).Where(line => line.Length > 0 && line.All(char.IsAscii)).Take(20));
        string alphabet = string.Concat(text.Where(letter => Tokenizer.Load(path).Encode(letter.ToString(), addSpecialTokens: false).All(id => id > 2)));

        int[] actual = LlamaProcess.Tokenize(file.Path, [alphabet])[0];

        Assert.True(alphabet.Length > 1000);
        Assert.Equal(Tokenizer.Load(path).Encode(alphabet), actual);
        Assert.Equal([GgufOutputErrors.NoBytePieces], file.Warnings);
    }

    [SkippableTheory]
    [InlineData("bpe-falcon", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-kimi", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-bloom", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-cl100k", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-roberta", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-tekken", GgufOutputErrors.PreTokenizer)]
    [InlineData("bpe-o200k", GgufOutputErrors.PreTokenizer)]
    [InlineData("added-bytes", GgufOutputErrors.Vocabulary)]
    [InlineData("bpe-clip", GgufOutputErrors.Vocabulary)]
    [InlineData("bpe-no-unk", GgufOutputErrors.Vocabulary)]
    [InlineData("spm-bpe-gemma", GgufOutputErrors.Vocabulary)]
    [InlineData("unigram-albert", GgufOutputErrors.Vocabulary)]
    [InlineData("wordpiece-cased", GgufOutputErrors.Vocabulary)]
    public void A_tokenizer_that_is_unknown_there_is_refused_by_the_name_of_its_file(string name, string code)
    {
        string path = SharedFolder.Require($"goldens/tokenizers/files/{name}");

        ModelPackException error = Assert.Throws<ModelPackException>(() => new VocabularyFile(path, new TokenIds(null, [0], null)));

        Assert.Equal(code, error.Code);
        Assert.StartsWith(Path.Combine(path, "tokenizer.json"), error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Samples()
    {
        foreach (string file in Texts.Select(SharedFolder.Find).OfType<string>())
        {
            string text = File.ReadAllText(file);
            for (int start = 0; start < Math.Min(text.Length, 40_000); start += 4000)
            {
                yield return text.Substring(start, Math.Min(4000, text.Length - start));
            }
        }

        foreach (string line in File.ReadLines(SharedFolder.Require("goldens/tokenizers/inputs.jsonl")))
        {
            JsonNode input = JsonNode.Parse(line)!;
            if ((string)input["category"]! == "english" && (string)input["text"]! is { Length: > 0 } text)
            {
                yield return text;
            }
        }
    }
}
