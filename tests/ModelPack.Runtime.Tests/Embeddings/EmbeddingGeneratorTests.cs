using Microsoft.Extensions.AI;
using ModelPack.Runtime.Embeddings;

namespace ModelPack.Runtime.Tests.Embeddings;

public class EmbeddingGeneratorTests
{
    private static readonly string[] Texts = ["one", "a text of some length", "x", "another text of a length", "two", "", "one more"];

    [Fact]
    public async Task Vectors_come_in_the_order_of_the_texts_whatever_their_lengths()
    {
        string[] texts = [.. Texts.Where(text => text.Length > 0)];
        using PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> found = await generator.GenerateAsync(texts);
        Assert.Equal(texts.Length, found.Count);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(SmallEncoder.Expected(SmallEncoder.Ids(texts[i]), 0)[..^1], found[i].Vector.ToArray()[..^1], (a, b) => MathF.Abs(a - b) < 1e-4);
            Assert.Equal("averages", found[i].ModelId);
        }

        Assert.Equal(texts.Sum(text => text.Length), found.Usage!.InputTokenCount);
        Assert.Equal(found.Usage.InputTokenCount, found.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Padding_to_a_fixed_length_in_the_tokenizer_file_is_neither_averaged_nor_run_nor_counted()
    {
        using PackedModel model = new SmallEncoder { FixedPadding = 30 }.Open();
        using var generator = model.AsEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> found = await generator.GenerateAsync(["word"]);
        Assert.Equal(SmallEncoder.Expected(SmallEncoder.Ids("word"), 4), found[0].Vector.ToArray());
        Assert.Equal(4, found.Usage!.InputTokenCount);
    }

    [Theory]
    [InlineData(0, null, SmallEncoder.Positions)]
    [InlineData(12, null, 12)]
    [InlineData(12, 20, 20)]
    [InlineData(12, 8, 8)]
    [InlineData(100, null, SmallEncoder.Positions)]
    [InlineData(0, 100, SmallEncoder.Positions)]
    public async Task Long_texts_are_cut_as_the_files_say_with_their_special_tokens_kept(int tokenizer, int? declared, int expected)
    {
        var encoder = new SmallEncoder { SpecialTokens = true, Truncation = tokenizer };
        using PackedModel model = (encoder with { Description = encoder.Description! with { SequenceLength = declared } }).Open();
        using var generator = model.AsEmbeddingGenerator();
        string text = string.Concat(Enumerable.Repeat("words and ", 20));
        GeneratedEmbeddings<Embedding<float>> found = await generator.GenerateAsync([text]);
        int[] kept = [SmallTokenizer.Begin, .. SmallEncoder.Ids(text[..(expected - 2)]), SmallTokenizer.End];
        Assert.Equal(SmallEncoder.Expected(kept, expected), found[0].Vector.ToArray(), (a, b) => MathF.Abs(a - b) < 1e-4);
        Assert.Equal(expected, found.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task No_texts_give_no_vectors_and_an_empty_text_gives_that_of_its_special_tokens()
    {
        using PackedModel model = new SmallEncoder { SpecialTokens = true }.Open();
        using var generator = model.AsEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> none = await generator.GenerateAsync([]);
        Assert.Empty(none);
        Assert.Equal(0, none.Usage!.InputTokenCount);
        GeneratedEmbeddings<Embedding<float>> empty = await generator.GenerateAsync([""]);
        Assert.Equal(SmallEncoder.Expected([SmallTokenizer.Begin, SmallTokenizer.End], 2), empty[0].Vector.ToArray());
    }

    [Fact]
    public async Task A_text_without_any_token_is_refused_by_its_number()
    {
        using PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        var error = await Assert.ThrowsAsync<ModelPackException>(() => generator.GenerateAsync(["a", ""]));
        Assert.Equal("MPK4503", error.Code);
        Assert.Contains("Text 1 of 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_at_the_same_time_get_the_vectors_that_each_would_get_alone()
    {
        using PackedModel model = new SmallEncoder { SpecialTokens = true }.Open();
        using var generator = model.AsEmbeddingGenerator();
        string[][] requests = [.. Enumerable.Range(0, 16).Select(caller => Texts.Select((text, i) => text + new string('q', (caller * i) % 9)).ToArray())];
        var alone = new List<float[][]>();
        foreach (string[] request in requests)
        {
            alone.Add(Vectors(await generator.GenerateAsync(request)));
        }

        float[][][] together = await Task.WhenAll(requests.Select(async request => Vectors(await generator.GenerateAsync(request))));
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Fewer_dimensions_are_given_scaled_to_length_1_where_the_model_was_trained_for_them()
    {
        var encoder = new SmallEncoder { SpecialTokens = true };
        using PackedModel any = (encoder with { Description = encoder.Description! with { Matryoshka = [] } }).Open();
        using var generator = any.AsEmbeddingGenerator();
        float[] whole = (await generator.GenerateAsync(["text"]))[0].Vector.ToArray();
        float[] shortened = (await generator.GenerateAsync(["text"], new EmbeddingGenerationOptions { Dimensions = 2 }))[0].Vector.ToArray();
        float length = MathF.Sqrt((whole[0] * whole[0]) + (whole[1] * whole[1]));
        Assert.Equal([whole[0] / length, whole[1] / length], shortened, (a, b) => MathF.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData("3", 2)]
    [InlineData("3", 5)]
    [InlineData("", 5)]
    public async Task Dimensions_that_the_model_does_not_have_are_refused(string? sizes, int asked)
    {
        var encoder = new SmallEncoder();
        int[]? list = sizes is null ? null : [.. sizes.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        using PackedModel model = (encoder with { Description = encoder.Description! with { Matryoshka = list } }).Open();
        using var generator = model.AsEmbeddingGenerator();
        var error = await Assert.ThrowsAsync<ModelPackException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = asked }));
        Assert.Equal("MPK4502", error.Code);
        Assert.Contains(sizes is null ? "matryoshka_dimensions" : "4", error.Message, StringComparison.Ordinal);
        Assert.Equal(SmallEncoder.Dimensions, (await generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = SmallEncoder.Dimensions }))[0].Vector.Length);
    }

    [Fact]
    public async Task A_prompt_goes_before_every_text()
    {
        var encoder = new SmallEncoder();
        var prompts = new Dictionary<string, string> { ["query"] = "find: ", ["plain"] = "" };
        using PackedModel model = (encoder with { Description = encoder.Description! with { Prompts = prompts, DefaultPrompt = "query" } }).Open();
        using var generator = model.AsEmbeddingGenerator();
        float[] byDefault = (await generator.GenerateAsync(["cats"]))[0].Vector.ToArray();
        Assert.Equal(SmallEncoder.Expected(SmallEncoder.Ids("find: cats"), 10), byDefault, (a, b) => MathF.Abs(a - b) < 1e-5);
        Assert.Equal(4, (await generator.GenerateAsync(["cats"], With("prompt_name", "plain"))).Usage!.InputTokenCount);
        Assert.Equal(6, (await generator.GenerateAsync(["cats"], With("prompt", "> "))).Usage!.InputTokenCount);
        var error = await Assert.ThrowsAsync<ModelPackException>(() => generator.GenerateAsync(["cats"], With("prompt_name", "passage")));
        Assert.Equal("MPK4504", error.Code);
        Assert.Contains("query", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_model_is_refused()
    {
        using PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        var error = await Assert.ThrowsAsync<ModelPackException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "other" }));
        Assert.Equal("MPK4310", error.Code);
        Assert.Single(await generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "averages" }));
    }

    [Fact]
    public async Task A_cancelled_call_ends_with_that()
    {
        using PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        using var cancellation = new CancellationTokenSource();
        IEnumerable<string> endless = Enumerable.Repeat("some text", 200_000);
        Task<GeneratedEmbeddings<Embedding<float>>> running = generator.GenerateAsync(endless, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void What_the_model_is_can_be_asked()
    {
        using PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(("modelpack", "averages", (int?)SmallEncoder.Dimensions), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(model, generator.GetService<PackedModel>());
        Assert.Equal(SmallEncoder.Positions, generator.GetService<EmbeddingDescription>()!.PositionLimit);
        Assert.Equal(("averages", "abc", "CPU"), (model.Name, model.Key, model.Device));
    }

    [Fact]
    public void A_language_model_is_no_embedding_generator_and_an_encoder_does_not_chat()
    {
        using PackedModel decoder = SmallModel.Open();
        Assert.Equal("MPK4501", Assert.Throws<ModelPackException>(decoder.AsEmbeddingGenerator).Code);
        using PackedModel encoder = new SmallEncoder().Open();
        Assert.Equal("MPK4505", Assert.Throws<ModelPackException>(encoder.AsIChatClient).Code);
        Assert.Equal("MPK4505", Assert.Throws<ModelPackException>(() => encoder.Generate("a").First()).Code);
        Assert.Equal("MPK4505", Assert.Throws<ModelPackException>(() => encoder.ContextLength).Code);
    }

    [Theory]
    [InlineData(null, "MPK4501")]
    [InlineData("{", "MPK4003")]
    [InlineData("""{ "output": "sentence_embedding", "dimensions": 0, "positionLimit": 4 }""", "MPK4003")]
    [InlineData("""{ "output": "sentence_embedding", "positionLimit": 4 }""", "MPK4003")]
    [InlineData("""{ "output": "another", "dimensions": 4, "positionLimit": 4 }""", "MPK4005")]
    public void A_graph_that_does_not_say_what_it_embeds_is_refused(string? metadata, string code)
    {
        using PackedModel model = new SmallEncoder { Description = null, Metadata = metadata }.Open();
        Assert.Equal(code, Assert.Throws<ModelPackException>(model.AsEmbeddingGenerator).Code);
    }

    [Fact]
    public void A_graph_without_a_tokenizer_opens_and_takes_no_text()
    {
        using PackedModel model = new SmallEncoder { HasTokenizer = false }.Open();
        Assert.Equal("MPK4506", Assert.Throws<ModelPackException>(model.AsEmbeddingGenerator).Code);
    }

    [Fact]
    public async Task After_the_model_was_disposed_nothing_is_embedded()
    {
        PackedModel model = new SmallEncoder().Open();
        using var generator = model.AsEmbeddingGenerator();
        await model.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync(["a"]));
        Assert.Throws<ObjectDisposedException>(model.AsEmbeddingGenerator);
    }

    private static EmbeddingGenerationOptions With(string property, string value) => new() { AdditionalProperties = new AdditionalPropertiesDictionary { [property] = value } };

    private static float[][] Vectors(GeneratedEmbeddings<Embedding<float>> embeddings) => [.. embeddings.Select(embedding => embedding.Vector.ToArray())];
}
