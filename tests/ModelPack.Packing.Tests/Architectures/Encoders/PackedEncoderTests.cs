using System.Numerics.Tensors;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Runtime;
using ModelPack.Runtime.Sessions;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>The published sentence encoder, packed as a build packs it and used as a program uses it.</summary>
public sealed class PackedEncoderTests(PackedEncoderTests.SharedStore shared) : IClassFixture<PackedEncoderTests.SharedStore>
{
    private const string Model = "models/paraphrase-minilm-l3-v2";
    private const int Paraphrases = 32;
    private readonly TemporaryStore _store = shared.Store;

    [SkippableTheory]
    [InlineData("16", null, 0.9999, 0.98)]
    [InlineData(null, null, 0.99, 0.9)]
    [InlineData("8", null, 0.99, 0.9)]
    [InlineData("8", "rtn", 0.999, 0.95)]
    [InlineData("4", null, 0.95, 0.7)]
    public async Task Embeddings_stay_near_the_reference_and_every_paraphrase_finds_its_partner(string? bits, string? method, double cosine, double top5)
    {
        using PackedModel model = await Pack(bits, method);
        using IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
        (string[] texts, float[][] reference) = Reference();
        var found = new List<float[]>();
        foreach (string text in texts)
        {
            found.Add((await generator.GenerateAsync([text]))[0].Vector.ToArray());
        }

        Assert.All(reference.Zip(found), pair => Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), cosine, 1.0001));
        Assert.All(Enumerable.Range(0, Paraphrases), i => Assert.Equal(i ^ 1, Nearest(found, i, Paraphrases).First()));
        Assert.InRange(Enumerable.Range(0, texts.Length).Average(i => Nearest(found, i, texts.Length).Take(5).Intersect(Nearest(reference, i, texts.Length).Take(5)).Count() / 5.0), top5, 1);
    }

    [SkippableFact]
    public async Task Many_callers_at_once_get_the_vectors_that_one_gets()
    {
        using PackedModel model = await Pack("8", null);
        using IEmbeddingGenerator<string, Embedding<float>> generator = model.AsEmbeddingGenerator();
        (string[] texts, float[][] reference) = Reference();
        float[][] alone = [.. (await generator.GenerateAsync(texts)).Select(embedding => embedding.Vector.ToArray())];
        Assert.All(reference.Zip(alone), pair => Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), 0.98, 1.0001));
        GeneratedEmbeddings<Embedding<float>>[] together = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => generator.GenerateAsync(texts)));
        Assert.All(together, embeddings => Assert.Equal(alone, embeddings.Select(embedding => embedding.Vector.ToArray())));
    }

    [SkippableFact]
    public async Task The_packed_folder_says_what_it_is_and_is_made_from()
    {
        string folder = SharedFolder.Require(Model);
        PackResult packed = await Packer.PackAsync(new PackRequest(folder, Recipe.Parse([]), _store.Store));
        Assert.Equal("bert", packed.Manifest.Source.ModelType);
        Assert.Contains("Bits=8\n", packed.Manifest.Recipe, StringComparison.Ordinal);
        Assert.Contains("Method=dynamic\n", packed.Manifest.Recipe, StringComparison.Ordinal);
        Assert.Contains(packed.Manifest.Source.Files, file => file.Name == "1_Pooling/config.json");
        Assert.InRange(packed.Manifest.Agreement!.Outputs.Single(output => output.Name == "sentence_embedding").Cosine!.Value, 0.99, 1.0001);
        Assert.InRange(new DirectoryInfo(packed.Folder).EnumerateFiles("model.onnx*").Sum(file => file.Length), 1, 10_500_000);
    }

    [SkippableFact]
    public async Task Lines_of_a_text_are_the_samples_on_which_the_limit_is_judged()
    {
        string folder = SharedFolder.Require(Model);
        string text = Path.Combine(Directory.CreateTempSubdirectory("modelpack-").FullName, "questions.txt");
        File.WriteAllText(text, "Where is the station?\n\nHow much is a ticket?\nIs there a train on Sunday?\n");
        var settings = new Dictionary<string, string> { ["Bits"] = "8", ["Calibration"] = text, ["MinCosine"] = "0.98" };
        PackResult packed = await Packer.PackAsync(new PackRequest(folder, Recipe.Parse(settings), _store.Store));
        Assert.Equal(("questions.txt", 3), (packed.Manifest.Agreement!.Samples, packed.Manifest.Agreement.Count));
        settings["Method"] = "rtn";
        settings["MinCosine"] = "0.99999999";
        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(new PackRequest(folder, Recipe.Parse(settings), _store.Store)));
        Assert.StartsWith("MPK203", error.Code, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(text)!, recursive: true);
    }

    [SkippableTheory]
    [InlineData("Method", "rtn", "rtn")]
    [InlineData("Target", "cuda", "rtn")]
    [InlineData("Override", "*layer.0*=4", "rtn")]
    [InlineData("Override", "*layer.0*=none", "dynamic")]
    [InlineData("Bits", "4", "rtn")]
    [InlineData("Bits", "8", "dynamic")]
    public void Activations_become_8_bit_unless_the_settings_say_something_that_does_not_go_with_it(string setting, string value, string method)
    {
        PackPlan plan = Packer.Plan(new PackRequest(SharedFolder.Require(Model), Recipe.Parse(new Dictionary<string, string> { [setting] = value }), _store.Store));
        Assert.Equal(method, plan.Weights.Last(weight => weight.Name.Contains("layer.2.intermediate", StringComparison.Ordinal) && weight.Bits < 16).Method);
    }

    private async Task<PackedModel> Pack(string? bits, string? method)
    {
        string folder = SharedFolder.Require(Model);
        var settings = new Dictionary<string, string>();
        if (bits is not null)
        {
            settings["Bits"] = bits;
        }

        if (method is not null)
        {
            settings["Method"] = method;
        }

        PackResult packed = await Packer.PackAsync(new PackRequest(folder, Recipe.Parse(settings), _store.Store));
        return PackedModel.Open(packed.Folder, new PackedModelOptions { Threads = 1, Provider = ExecutionProviderChoice.Cpu });
    }

    private static (string[] Texts, float[][] Embeddings) Reference()
    {
        string folder = SharedFolder.Require(Model);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        string[] texts = [.. expected.RootElement.GetProperty("sentences").EnumerateArray().Select(text => text.GetString()!)];
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(Path.Combine(folder, "expected.safetensors"));
        var values = new float[checkpoint.Tensors["embeddings"].ElementCount];
        checkpoint.Tensors["embeddings"].ReadFloat32(0, values);
        return (texts, [.. values.Chunk(values.Length / texts.Length)]);
    }

    private static IEnumerable<int> Nearest(IReadOnlyList<float[]> rows, int of, int among) =>
        Enumerable.Range(0, among).Where(i => i != of).OrderByDescending(i => TensorPrimitives.CosineSimilarity<float>(rows[of], rows[i]));

    /// <summary>Packs are kept from test to test.</summary>
    public sealed class SharedStore : IDisposable
    {
        internal TemporaryStore Store { get; } = new();

        public void Dispose() => Store.Dispose();
    }
}
