using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelPack.Formats.Safetensors;
using ModelPack.Runtime.Generation;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Generation;

/// <summary>The float model against transformers' logits and greedy text.</summary>
public sealed class TinyTalesGoldenTests(TinyTales tinyTales) : IClassFixture<TinyTales>
{
    private const string Goldens = "goldens/tinytales";
    private const float Float32Error = 1e-4f;
    private static readonly GenerationOptions Greedy = GenerationOptions.Greedy with { MaxTokens = 64, IgnoreEndOfText = true };

    public static TheoryData<string> Cases => SharedFolder.Find(Goldens) is null ? ["without-goldens"] : [.. All().Select(golden => golden.GetProperty("name").GetString()!)];

    private PackedModel Model => tinyTales.Model;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Greedy_ids_and_logits_step_by_step_are_the_references(string name)
    {
        SharedFolder.Require(Goldens);
        using var expected = Expected();
        int[] prompt = Ids(Case(name), "input_ids");
        int[] greedy = Ids(Case(name), "greedy_ids");
        using var sequence = Model.Session.CreateSequence(prompt.Length);
        sequence.Append(prompt, CancellationToken.None);
        for (int i = 0; i < prompt.Length; i++)
        {
            AssertRow(expected, name, i, sequence.Logits(i));
        }

        for (int i = 0; i < greedy.Length; i++)
        {
            Assert.Equal(greedy[i], ModelPack.Runtime.Generation.Sampling.Greedy.IndexOfMax(sequence.Logits()));
            AssertRow(expected, name, prompt.Length - 1 + i, sequence.Logits());
            sequence.Append(greedy[i]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Logits_of_everything_at_once_are_the_references(string name)
    {
        SharedFolder.Require(Goldens);
        using var expected = Expected();
        int[] ids = [.. Ids(Case(name), "input_ids"), .. Ids(Case(name), "greedy_ids")];
        int rows = 0;
        Model.Score(ids.AsSpan(0, ids.Length - 1), (index, logits) =>
        {
            Assert.Equal(rows++, index);
            AssertRow(expected, name, index, logits);
        });
        Assert.Equal(ids.Length - 1, rows);
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Generated_text_is_the_references(string name)
    {
        SharedFolder.Require(Goldens);
        var golden = Case(name);
        string expected = golden.GetProperty("greedy_text").GetString()!;
        Assert.Equal(expected, string.Concat(Model.Generate(Ids(golden, "input_ids"), Greedy)));
        if (golden.TryGetProperty("text", out var text))
        {
            Assert.Equal(Ids(golden, "input_ids"), Model.Tokenizer.Encode(text.GetString()!));
            Assert.Equal(expected, string.Concat(Model.Generate(text.GetString()!, Greedy)));
            return;
        }

        using var chat = Model.AsIChatClient();
        var messages = golden.GetProperty("messages").EnumerateArray()
            .Select(message => new ChatMessage(new ChatRole(message.GetProperty("role").GetString()!), message.GetProperty("content").GetString()!));
        var response = await chat.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = 64 });
        Assert.Equal(expected, response.Text);
        Assert.Equal(Ids(golden, "input_ids").Length, response.Usage!.InputTokenCount);
    }

    private static SafetensorsCheckpoint Expected() => SafetensorsCheckpoint.Open(SharedFolder.Require(Goldens + "/expected.safetensors"));

    private static IEnumerable<JsonElement> All()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require(Goldens + "/expected.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(golden => golden.Clone())];
    }

    private static JsonElement Case(string name) => All().Single(golden => golden.GetProperty("name").GetString() == name);

    private static int[] Ids(JsonElement golden, string field) => [.. golden.GetProperty(field).EnumerateArray().Select(id => id.GetInt32())];

    private static void AssertRow(SafetensorsCheckpoint expected, string name, int row, ReadOnlySpan<float> logits)
    {
        var values = new float[logits.Length];
        expected.Tensors[name + ".logits"].ReadFloat32((long)row * logits.Length, values);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.InRange(logits[i], values[i] - Float32Error, values[i] + Float32Error);
        }
    }
}
