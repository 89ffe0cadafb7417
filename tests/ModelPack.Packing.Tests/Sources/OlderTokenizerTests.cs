using System.Text;
using System.Text.Json.Nodes;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources;

/// <summary>Folders that have their tokenizer in an older form are packed with a tokenizer.json.</summary>
public sealed class OlderTokenizerTests : IDisposable
{
    private const string Text = "Once upon a time, there was an owl.\n\tIt's 12 o'clock <|end|> 😀";

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-older-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Vocabulary_and_merges_become_the_tokenizer_of_the_packed_folder()
    {
        using var source = new TinyCheckpoint();
        using var store = new TemporaryStore();
        Tokenizer published = Tokenizer.Load(source.Folder);
        TakeApart(source.Folder);

        PackResult result = await Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store));

        Tokenizer packed = Tokenizer.Load(Path.Combine(result.Folder, "tokenizer.json"));
        Assert.Equal(published.Encode(Text, addSpecialTokens: false), packed.Encode(Text, addSpecialTokens: false));
        Assert.Contains(result.Manifest.Source.Files, file => file.Name == "merges.txt");
        Assert.DoesNotContain(result.Manifest.Files, file => file.Name == "merges.txt");
    }

    [SkippableFact]
    public async Task A_SentencePiece_model_becomes_the_tokenizer_of_the_packed_folder()
    {
        string published = SharedFolder.Require("models/stories260K");
        using var store = new TemporaryStore();
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "stories")).FullName;
        foreach (string file in new[] { "config.json", "generation_config.json", "model.safetensors", "tokenizer.model", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(published, file), Path.Combine(folder, file));
        }

        PackResult result = await Packer.PackAsync(new PackRequest(folder, Recipe.Default, store.Store));

        Tokenizer packed = Tokenizer.Load(Path.Combine(result.Folder, "tokenizer.json"));
        Assert.Equal(Tokenizer.Load(published).Encode(Text), packed.Encode(Text));
    }

    [Fact]
    public async Task Another_merge_is_another_model()
    {
        using var source = new TinyCheckpoint();
        using var store = new TemporaryStore();
        TakeApart(source.Folder);
        string before = Packer.Plan(new PackRequest(source.Folder, Recipe.Default, store.Store)).Key;
        string merges = Path.Combine(source.Folder, "merges.txt");
        await File.WriteAllLinesAsync(merges, File.ReadLines(merges).SkipLast(1).ToList());

        Assert.NotEqual(before, Packer.Plan(new PackRequest(source.Folder, Recipe.Default, store.Store)).Key);
    }

    [Fact]
    public async Task A_tokenizer_that_cannot_be_converted_is_refused_before_any_work()
    {
        using var source = new TinyCheckpoint();
        using var store = new TemporaryStore();
        File.Delete(Path.Combine(source.Folder, "tokenizer.json"));
        await File.WriteAllBytesAsync(Path.Combine(source.Folder, "tokenizer.model"), "version https://git-lfs.github.com/spec/v1"u8.ToArray());

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store)));

        Assert.Equal("MPK4102", error.Code);
        Assert.Contains("tokenizer.model", error.Message, StringComparison.Ordinal);
    }

    private static void TakeApart(string folder)
    {
        string file = Path.Combine(folder, "tokenizer.json");
        JsonObject tokenizer = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        JsonObject model = tokenizer["model"]!.AsObject();
        var added = tokenizer["added_tokens"]!.AsArray().ToDictionary(token => token!["id"]!.ToString(), token => (JsonNode?)token!.DeepClone());
        var settings = new JsonObject { ["tokenizer_class"] = "GPT2Tokenizer", ["added_tokens_decoder"] = new JsonObject(added), ["unk_token"] = null };
        foreach (string role in new[] { "bos_token", "eos_token", "unk_token" })
        {
            settings[role] = added.Values.First()!["content"]!.GetValue<string>();
        }

        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), settings.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "vocab.json"), model["vocab"]!.ToJsonString(), new UTF8Encoding(false));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>()));
        File.Delete(file);
    }
}
