using System.Text.Json;
using System.Text.Json.Nodes;
using ModelPack.Runtime.Tests;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization.Conversion;

/// <summary>Folders without a tokenizer.json against the ids that Hugging Face's library gives with the one of the same tokenizer.</summary>
public sealed class FolderGoldenTests
{
    /// <summary>Its file's decoder leaves the spaces before punctuation, which a folder cannot ask for.</summary>
    private const string KeepsSpaces = "wordpiece-cased";

    private const string Llama = """{"tokenizer_class":"LlamaTokenizer"}""";
    private const string Roberta = """{"tokenizer_class":"RobertaTokenizerFast","add_prefix_space":true}""";

    [SkippableTheory]
    [InlineData("stories260K", "models/stories260K/tokenizer.model", "models/stories260K/tokenizer_config.json")]
    [InlineData("babyllama-tok105", "models/babyllama-tok105/tokenizer.model", "models/babyllama-tok105/special_tokens_map.json", "models/babyllama-tok105/tokenizer_config.json")]
    [InlineData("paraphrase-minilm-l3-v2.uncut", "models/paraphrase-minilm-l3-v2/vocab.txt", "models/paraphrase-minilm-l3-v2/special_tokens_map.json", "models/paraphrase-minilm-l3-v2/tokenizer_config.json")]
    [InlineData("paraphrase-minilm-l3-v2.uncut", "models/paraphrase-minilm-l3-v2/vocab.txt")]
    public void Published_files_give_the_ids_of_the_published_tokenizer(string set, params string[] files)
    {
        using var folder = new TemporaryFolder();
        foreach (string file in files)
        {
            File.Copy(SharedFolder.Require(file), folder.File(Path.GetFileName(file)));
        }

        Compare(set, folder);
    }

    [SkippableTheory]
    [InlineData("spm-bpe", Llama, null)]
    [InlineData("gpt2", null, "models/tokenizers/gpt2/tokenizer_config.json")]
    [InlineData("qwen3", null, "models/tokenizers/qwen3/tokenizer_config.json")]
    [InlineData("bpe-roberta", Roberta, null)]
    [InlineData("wordpiece-uncased", """{"tokenizer_class":"BertTokenizer","do_lower_case":true}""", null)]
    [InlineData("wordpiece-cased", """{"tokenizer_class":"DistilBertTokenizer","do_lower_case":false}""", null)]
    public void Vocabulary_and_merges_give_the_ids_of_the_tokenizer_that_holds_them(string set, string? config, string? configFile)
    {
        using var folder = new TemporaryFolder();
        string source = GoldenRows.FileOf(set);
        File.WriteAllText(folder.File("tokenizer_config.json"), config ?? File.ReadAllText(SharedFolder.Require(configFile!)));
        if (File.Exists(Path.Combine(Path.GetDirectoryName(source)!, "tokenizer.model")))
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(source)!, "tokenizer.model"), folder.File("tokenizer.model"));
        }
        else
        {
            OldForm.Write(JsonNode.Parse(File.ReadAllBytes(source))!.AsObject(), folder.Path);
        }

        Compare(set, folder);
    }

    /// <summary>Phi-3's tokenizer.json does as the first versions of its class did, its settings ask for what the present class does.</summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Llama_models_mark_the_first_word_as_the_settings_say(bool legacy)
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFolder.Require("models/tokenizers/llama-2/tokenizer.model"), folder.File("tokenizer.model"));
        JsonObject settings = JsonNode.Parse(File.ReadAllBytes(SharedFolder.Require("models/tokenizers/phi-3/tokenizer_config.json")))!.AsObject();
        Assert.False(settings["legacy"]!.GetValue<bool>());
        settings["legacy"] = legacy;
        File.WriteAllText(folder.File("tokenizer_config.json"), settings.ToJsonString());
        if (legacy)
        {
            Compare("phi-3", folder);
            return;
        }

        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        Dictionary<string, int[]> differences = GoldenRows.Read("goldens/tokenizers/transformers-differences.jsonl.gz")
            .Where(row => row.Text("name") == "phi-3").ToDictionary(row => row.Text("id"), row => row.Ints("ids"));
        Assert.Equal(33, differences.Count);
        foreach (JsonElement row in GoldenRows.Of("phi-3", "input"))
        {
            Assert.Equal(differences.GetValueOrDefault(row.Text("id"), row.Ints("ids")), tokenizer.Encode(GoldenRows.Text(row.Text("id"))));
        }
    }

    /// <summary>XLM-RoBERTa moves the ids of its model: the library's ids, moved alike, are the oracle.</summary>
    [SkippableFact]
    public void XLM_Roberta_puts_its_own_tokens_around_and_in_front()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFolder.Require("goldens/tokenizers/files/unigram-bytes/tokenizer.model"), folder.File("sentencepiece.bpe.model"));
        File.WriteAllText(folder.File("config.json"), """{"model_type":"xlm-roberta"}""");
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        int compared = 0;
        foreach (JsonElement row in GoldenRows.Of("unigram-bytes.sentencepiece", "input").Where(row => !GoldenRows.Text(row.Text("id")).Contains('<', StringComparison.Ordinal)))
        {
            int[] moved = [.. row.Ints("ids").Select(id => id == 0 ? 3 : id + 1)];
            Assert.Equal([0, .. moved, 2], tokenizer.Encode(GoldenRows.Text(row.Text("id"))));
            compared++;
        }

        Assert.True(compared > 280, $"only {compared}");
        Assert.Equal([0, 2, 2, 2], tokenizer.Tokenize("", "").Ids);
        Assert.Equal("<pad>", tokenizer.IdToToken(1));
        Assert.Equal("<mask>", tokenizer.IdToToken(tokenizer.VocabularySize - 1));
    }

    private static void Compare(string set, TemporaryFolder folder)
    {
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        var wrong = new List<string>();
        foreach (JsonElement row in GoldenRows.Of(set, "input"))
        {
            string text = GoldenRows.Text(row.Text("id"));
            Note(wrong, row, "ids", tokenizer.Encode(text));
            Note(wrong, row, "ids_plain", tokenizer.Encode(text, addSpecialTokens: false));
            string decoded = tokenizer.Decode(row.Ints("ids"));
            if (decoded != row.Text("decoded_skip") && set != KeepsSpaces)
            {
                wrong.Add($"{row.Text("id")}: expected \"{row.Text("decoded_skip")}\", was \"{decoded}\"");
            }
        }

        foreach (JsonElement row in GoldenRows.Of(set, "pair"))
        {
            Note(wrong, row, "ids", [.. tokenizer.Tokenize(GoldenRows.Text(row.Text("first")), GoldenRows.Text(row.Text("second"))).Ids]);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n" + string.Join('\n', wrong.Take(12)));
    }

    private static void Note(List<string> wrong, JsonElement row, string field, int[] actual)
    {
        if (!row.Ints(field).SequenceEqual(actual))
        {
            wrong.Add($"{row.Text("id")} {field}: expected [{string.Join(' ', row.Ints(field))}], was [{string.Join(' ', actual)}]");
        }
    }
}
