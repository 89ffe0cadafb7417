using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Road;

/// <summary>The model is measured once; its limits are compared every time, before anything is published.</summary>
public sealed class GateTests : IDisposable
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-gate-").FullName;
    private readonly TemporaryStore _store = new();
    private readonly string _text;

    public GateTests()
    {
        // Three windows of 512 tokens and a rest.
        _text = Path.Combine(_folder, "stories.txt");
        File.WriteAllText(_text, File.ReadAllText(Path.Combine(TinyTales, "eval.txt"))[..8000]);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_manifest_has_the_figures_that_eval_finds()
    {
        PackResult packed = await Packer.PackAsync(Request(("MaxPerplexityIncrease", "50%")));
        ManifestEvaluation measured = packed.Manifest.Evaluation!;
        FidelityReport expected = ModelEvaluation.Run(new EvaluationRequest(packed.Folder, TinyTales, _text) { Protocol = EvaluationProtocol.LlamaCpp });

        Assert.Equal((512, expected.Windows, expected.Tokens), (measured.Context, measured.Windows, measured.Tokens));
        Assert.Equal(expected.Perplexity, measured.Perplexity, 0.001 * expected.Perplexity);
        Assert.Equal(expected.ReferencePerplexity, measured.ReferencePerplexity, 0.001 * expected.ReferencePerplexity);
        Assert.Equal(expected.PerplexityIncrease, measured.PerplexityIncrease, 0.01 * expected.PerplexityIncrease);
        Assert.Equal(expected.KlDivergence.Mean, measured.KlDivergence, 0.01 * expected.KlDivergence.Mean);
        Assert.Equal(expected.TopAgreement, measured.TopAgreement, 0.0001);
        Assert.Contains("\"klDivergenceStandardError\": ", packed.ManifestJson, StringComparison.Ordinal);
        Assert.DoesNotContain("\"evaluation\"", (await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Default, _store.Store))).ManifestJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxPerplexityIncrease", "0.01%", "50%", "MPK2030", "perplexity grew by")]
    [InlineData("MaxKlDivergence", "0.0001", "1", "MPK2031", "KL divergence")]
    [InlineData("MinTopAgreement", "0.9999", "0.5", "MPK2032", "most likely token")]
    public async Task Over_a_limit_nothing_is_published_and_a_looser_limit_needs_no_quantization(string limit, string strict, string loose, string code, string words)
    {
        string output = Path.Combine(_folder, "packed");
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "modelpack.json"), "older and good");
        PackRequest refused = Request((limit, strict)) with { OutputFolder = output };

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(refused));
        Assert.Equal(code, error.Code);
        Assert.Contains("tinytales", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains(" +- ", error.Message, StringComparison.Ordinal);
        Assert.Contains(limit, error.Message, StringComparison.Ordinal);
        Assert.Contains("stories.txt", error.Message, StringComparison.Ordinal);
        Assert.Equal("older and good", File.ReadAllText(Path.Combine(output, "modelpack.json")));

        // The packed model is in the store: the plan refuses it at once.
        Assert.Equal(code, Assert.Throws<ModelPackException>(() => Packer.Plan(refused)).Code);

        PackResult published = await Packer.PackAsync(Request((limit, loose)) with { OutputFolder = output });
        Assert.True(published.FromStore);
        Assert.True(File.Exists(Path.Combine(output, "model.onnx")));
    }

    [Fact]
    public async Task All_broken_limits_are_named()
    {
        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(
            () => Packer.PackAsync(Request(("MinTopAgreement", "1"), ("MaxKlDivergence", "0"), ("MaxPerplexityIncrease", "100%"))));

        Assert.Equal("MPK2031", error.Code);
        Assert.Contains("MinTopAgreement asks for 100 %", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MaxPerplexityIncrease", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_is_part_of_the_key_its_place_and_the_limits_are_not()
    {
        string key = Packer.Plan(Request()).Key;
        string copy = Path.Combine(_folder, "copy.txt");
        File.Copy(_text, copy);
        Assert.Equal(key, Packer.Plan(Request(("EvaluationText", copy), ("MinTopAgreement", "0.1"))).Key);
        Assert.Contains(copy, Packer.Plan(Request(("EvaluationText", copy))).Inputs);

        File.AppendAllText(copy, "The end.");
        Assert.NotEqual(key, Packer.Plan(Request(("EvaluationText", copy))).Key);
        Assert.NotEqual(key, Packer.Plan(new PackRequest(TinyTales, Recipe.Default, _store.Store)).Key);
    }

    [Fact]
    public async Task Limits_are_pending_until_the_model_is_in_the_store()
    {
        PackRequest request = Request(("MinTopAgreement", "0.1"));
        Assert.True(Packer.Plan(request).LimitsPending);
        Assert.False(Packer.Plan(Request()).LimitsPending);
        await Packer.PackAsync(request);
        Assert.False(Packer.Plan(request).LimitsPending);
    }

    [Fact]
    public async Task The_source_is_run_once_for_all_settings()
    {
        var first = new Steps();
        var second = new Steps();
        ManifestEvaluation four = (await Packer.PackAsync(Request(), first)).Manifest.Evaluation!;
        ManifestEvaluation eight = (await Packer.PackAsync(Request(("Bits", "8")), second)).Manifest.Evaluation!;

        Assert.Equal(four.ReferencePerplexity, eight.ReferencePerplexity);
        Assert.True(eight.KlDivergence < four.KlDivergence);
        // Half of the work is the source's.
        Assert.True(first.Shares[0] < 0.5 && second.Shares[0] > 0.5, $"{first.Shares[0]}, {second.Shares[0]}");
    }

    [Fact]
    public async Task One_thread_and_two_measure_the_same()
    {
        using var second = new TemporaryStore();
        PackResult one = await Packer.PackAsync(Request() with { Threads = 1 });
        PackResult two = await Packer.PackAsync(Request() with { Threads = 2, Store = second.Store });
        Assert.Equal(one.ManifestJson, two.ManifestJson);
    }

    [Fact]
    public void A_limit_without_a_text_and_a_text_that_is_not_there_are_refused()
    {
        var limit = Assert.Throws<ModelPackException>(() => Recipe.Parse(new Dictionary<string, string> { ["MaxKlDivergence"] = "0.1" }));
        Assert.Equal("MPK1311", limit.Code);
        Assert.Contains("MaxKlDivergence", limit.Message, StringComparison.Ordinal);
        Assert.Equal("MPK2021", Assert.Throws<ModelPackException>(() => Packer.Plan(Request(("EvaluationText", _text + ".none")))).Code);
    }

    private sealed class Steps : IProgress<PackProgress>
    {
        public List<double> Shares { get; } = [];

        public void Report(PackProgress value)
        {
            if (value.Stage == "evaluate")
            {
                Shares.Add((double)value.DoneBytes / value.TotalBytes);
            }
        }
    }

    private PackRequest Request(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["EvaluationText"] = _text };
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        return new PackRequest(TinyTales, Recipe.Parse(all), _store.Store);
    }
}
