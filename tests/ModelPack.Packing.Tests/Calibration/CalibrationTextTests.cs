using ModelPack.Packing.Calibration;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Road;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Calibration;

public sealed class CalibrationTextTests
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    [Fact]
    public void Plain_text_is_tokenized_once_and_cut_into_rows()
    {
        using var fixture = new CalibrationFixture();
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        string text = File.ReadAllText(fixture.CalibrationText);

        CalibrationRows rows = CalibrationText.Read(fixture.CalibrationText, source, 5, 40);

        int[] ids = Tokenizer.Load(TinyTales).Encode(text);
        Assert.Equal(5, rows.Count);
        Assert.Equal(ids.Take(200), rows.Ids.SelectMany(row => row));
    }

    [Fact]
    public void Lines_of_text_and_of_messages_become_documents_one_after_the_other()
    {
        using var fixture = new CalibrationFixture();
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        string file = fixture.Write("mixed.jsonl", """
            {"text": "The owl slept."}

            {"messages": [{"role": "user", "content": "Tell me a story about an owl and a lantern."}, {"role": "assistant", "content": "Once there was an owl."}]}
            """);

        CalibrationRows rows = CalibrationText.Read(file, source, 100, 8);

        Tokenizer tokenizer = Tokenizer.Load(TinyTales);
        string chat = ChatTemplate.TryLoad(TinyTales)!.Render(new ChatTemplateRequest
        {
            Messages = [new TemplateMessage("user", "Tell me a story about an owl and a lantern."), new TemplateMessage("assistant", "Once there was an owl.")],
        });
        int[] expected = [.. tokenizer.Encode("The owl slept."), .. tokenizer.Encode(chat, addSpecialTokens: false)];
        Assert.Equal(expected.Take(rows.Count * 8), rows.Ids.SelectMany(row => row));
        Assert.Equal(expected.Length / 8, rows.Count);
    }

    [Theory]
    [InlineData("bad.jsonl", "{\"text\": \"good\"}\n{\"text\": 3}\n", "MPK1603", "line 2")]
    [InlineData("broken.jsonl", "{\"text\": \"goo", "MPK1603", "line 1")]
    [InlineData("half.jsonl", "{\"messages\": [{\"role\": \"user\"}]}", "MPK1603", "line 1")]
    [InlineData("list.jsonl", "[1]", "MPK1603", "line 1")]
    [InlineData("short.txt", "Hi", "MPK1602", "tokens")]
    [InlineData("empty.txt", "", "MPK1602", "1 tokens")]
    public void What_cannot_be_calibrated_with_is_refused_with_the_place(string name, string text, string code, string place)
    {
        using var fixture = new CalibrationFixture();
        using HuggingFaceSource source = HuggingFaceSource.Open(fixture.Model.Folder);
        string file = fixture.Write(name, text);

        ModelPackException error = Assert.Throws<ModelPackException>(() => CalibrationText.Read(file, source, 4, 64));

        Assert.Equal(code, error.Code);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_text_is_refused_before_anything_is_done()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => fixture.Pack(store.Store, fixture.Recipe(("Calibration", "/nowhere/text.txt"))));

        Assert.Equal("MPK1601", error.Code);
    }

    [Fact]
    public async Task Without_a_text_the_model_writes_one_always_the_same()
    {
        using var fixture = new CalibrationFixture();
        using var first = new TemporaryStore();
        using var second = new TemporaryStore();
        Recipe recipe = Recipe.Parse(new Dictionary<string, string> { ["Method"] = "gptq", ["CalibrationSamples"] = "6", ["CalibrationLength"] = "32" });

        CalibrationRows? one = null, two = null;
        fixture.With(first.Store, recipe, context => one = context.Rows);
        fixture.With(second.Store, recipe, context => two = context.Rows);
        (PackResult result, _) = await fixture.Pack(first.Store, recipe);

        Assert.Equal(one!.Ids.SelectMany(row => row), two!.Ids.SelectMany(row => row));
        Assert.Equal(6 * 32, one.Tokens);
        Assert.All(one.Ids, row => Assert.Equal(2044, row[0]));
        Assert.Equal(6, one.Ids.Select(row => string.Join(' ', row)).Distinct().Count());
        Assert.Equal("self", result.Manifest.Calibration!.Source);
    }

    [Fact]
    public async Task Another_text_makes_another_model_and_the_same_text_elsewhere_the_same_one()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        string text = File.ReadAllText(fixture.CalibrationText);
        string other = fixture.Write("other.txt", text.Replace("fox", "hen", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(other)!, "copy"));
        string copy = fixture.Write(Path.Combine("copy", "calibration.txt"), text);

        (PackResult first, _) = await fixture.Pack(store.Store, fixture.Recipe());
        (PackResult second, _) = await fixture.Pack(store.Store, fixture.Recipe(("Calibration", other)));
        (PackResult third, _) = await fixture.Pack(store.Store, fixture.Recipe(("Calibration", copy)));

        Assert.NotEqual(first.Key, second.Key);
        Assert.False(second.FromStore);
        Assert.True(third.FromStore);
    }
}
