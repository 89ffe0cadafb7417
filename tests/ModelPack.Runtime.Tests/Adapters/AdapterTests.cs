using Microsoft.Extensions.AI;
using ModelPack.Runtime.Chat;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Tests.Adapters;

/// <summary>Adapters beside a packed model, one or none for each request.</summary>
public class AdapterTests
{
    private const string Prompt = "Adapters are switched for each request.";

    [SkippableFact]
    public void A_request_with_an_adapter_gets_the_text_of_the_model_that_it_is_merged_into()
    {
        using var source = new AdapterSource();
        using PackedSample separate = source.Separate(PackedSample.Float);
        using var plain = new PackedSample(source.Folder, PackedSample.Float);

        Assert.Equal(AdapterSource.Names, separate.Model.Adapters);
        Assert.Empty(plain.Model.Adapters);
        Assert.Equal(Text(plain.Model, null), Text(separate.Model, null));
        for (int i = 0; i < AdapterSource.Names.Length; i++)
        {
            using PackedSample merged = source.Merged(i, PackedSample.Float);
            Assert.Equal(Text(merged.Model, null), Text(separate.Model, AdapterSource.Names[i]));
        }
    }

    [SkippableFact]
    public void Logits_with_an_adapter_are_those_of_the_merged_model_in_chunks_and_token_by_token()
    {
        using var source = new AdapterSource();
        using PackedSample separate = source.Separate(PackedSample.Float);
        using PackedSample merged = source.Merged(0, PackedSample.Float);
        int[] ids = separate.Model.Tokenizer.Encode(Prompt);
        using var sequence = separate.Model.Session.CreateSequence(ids.Length, separate.Model.Session.Adapters.Get("adapter", "model"));
        var expected = new List<float[]>();
        merged.Model.Score(ids, (_, logits) => expected.Add(logits.ToArray()));

        sequence.Append(ids.AsSpan(0, 20), default);
        for (int i = 20; i < ids.Length; i++)
        {
            sequence.Append(ids[i]);
            Span<float> logits = sequence.Logits();
            for (int id = 0; id < logits.Length; id++)
            {
                Assert.Equal(expected[i][id], logits[id], 7e-5);
            }
        }
    }

    [SkippableFact]
    public async Task Requests_with_different_adapters_run_at_the_same_time()
    {
        using var source = new AdapterSource();
        using PackedSample sample = source.Separate();
        string?[] adapters = [null, .. AdapterSource.Names];
        string[] alone = [.. adapters.Select(adapter => Text(sample.Model, adapter))];
        string[] together = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Text(sample.Model, adapters[i % adapters.Length]))));

        Assert.Equal(adapters.Length, alone.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 16).Select(i => alone[i % alone.Length]), together);
    }

    [SkippableFact]
    public void What_one_adapter_left_of_a_prompt_is_not_taken_over_by_another()
    {
        using var source = new AdapterSource();
        using PackedSample sample = source.Separate();
        using PackedSample fresh = source.Separate();
        string prompt = string.Concat(Enumerable.Repeat(Prompt, 8));
        GeneratedPiece[] first = Pieces(sample.Model, "adapter", prompt);
        GeneratedPiece[] other = Pieces(sample.Model, "adapter-rslora", prompt);
        GeneratedPiece[] again = Pieces(sample.Model, "adapter-rslora", prompt);
        GeneratedPiece[] none = Pieces(sample.Model, null, prompt);

        Assert.Equal(0, first[^1].Summary!.CachedPromptTokens);
        Assert.Equal(0, other[^1].Summary!.CachedPromptTokens);
        Assert.Equal(256, again[^1].Summary!.CachedPromptTokens);
        Assert.Equal(0, none[^1].Summary!.CachedPromptTokens);
        Assert.Equal(string.Concat(other), string.Concat(again));
        Assert.Equal(string.Concat(Pieces(fresh.Model, "adapter-rslora", prompt)), string.Concat(again));
    }

    [SkippableFact]
    public async Task A_chat_request_names_its_adapter()
    {
        using var source = new AdapterSource();
        using PackedSample sample = source.Separate();
        using IChatClient chat = sample.Model.AsIChatClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 12 };
        string typed = (await chat.GetResponseAsync(Prompt, options.Clone().WithAdapter("adapter"))).Text;
        ChatOptions property = options.Clone();
        property.AdditionalProperties = new() { ["adapter"] = System.Text.Json.JsonSerializer.SerializeToElement("adapter") };
        string json = (await chat.GetResponseAsync(Prompt, property)).Text;
        string none = (await chat.GetResponseAsync(Prompt, options.Clone().WithAdapter(""))).Text;
        ModelPackException unknown = await Assert.ThrowsAsync<ModelPackException>(() => chat.GetResponseAsync(Prompt, options.Clone().WithAdapter("adaptor")));
        property.AdditionalProperties["adapter"] = 7;
        ModelPackException number = await Assert.ThrowsAsync<ModelPackException>(() => chat.GetResponseAsync(Prompt, property));

        Assert.Equal(Text(sample.Model, "adapter", 12), typed);
        Assert.Equal(typed, json);
        Assert.Equal(Text(sample.Model, null, 12), none);
        Assert.Equal("MPK4312", unknown.Code);
        Assert.Contains("adapter, adapter-partial, adapter-rslora", unknown.Message, StringComparison.Ordinal);
        Assert.Equal("MPK4301", number.Code);
    }

    [SkippableFact]
    public void A_model_without_adapters_and_files_that_do_not_fit_are_refused()
    {
        using var source = new AdapterSource();
        using PackedSample separate = source.Separate();
        using var plain = new PackedSample(source.Folder);
        string stray = Path.Combine(plain.Folder, "stray.onnx_adapter"), cut = Path.Combine(plain.Folder, "cut.onnx_adapter");
        ModelPackException none = Assert.Throws<ModelPackException>(() => Text(plain.Model, "adapter"));
        File.Copy(Path.Combine(separate.Folder, "adapter.onnx_adapter"), stray);
        File.WriteAllBytes(cut, File.ReadAllBytes(stray)[..2000]);
        using PackedModel reopened = PackedModel.Open(plain.Folder, SmallModel.OneThread);
        ModelPackException foreign = Assert.Throws<ModelPackException>(() => Text(reopened, "stray"));
        ModelPackException damaged = Assert.Throws<ModelPackException>(() => Text(reopened, "cut"));

        Assert.Equal("MPK4312", none.Code);
        Assert.Contains("AdapterMode", none.Message, StringComparison.Ordinal);
        Assert.Equal("MPK4011", foreign.Code);
        Assert.Contains(stray, foreign.Message, StringComparison.Ordinal);
        Assert.Equal("MPK1121", damaged.Code);
        Assert.Equal(Text(plain.Model, null), Text(reopened, null));
    }

    private static string Text(PackedModel model, string? adapter, int tokens = 24) => string.Concat(Pieces(model, adapter, Prompt, tokens));

    private static GeneratedPiece[] Pieces(PackedModel model, string? adapter, string prompt, int tokens = 24) =>
        [.. model.Generate(prompt, GenerationOptions.Greedy with { MaxTokens = tokens, Adapter = adapter })];
}
