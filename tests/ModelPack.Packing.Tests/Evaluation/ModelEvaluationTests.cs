using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Evaluation;

public sealed class ModelEvaluationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-evaluation").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whole perplexities are in docs/fidelity.md; here few windows, and how the text is cut: ids by the reference tokenizers.</summary>
    [SkippableTheory]
    [InlineData("babyllama-tok105", " ", 51_680, new[] { 1, 3, 34, 9, 4, 3, 11, 5, 15, 25, 3, 5 })]
    [InlineData("stories260K", "\n", 25_327, new[] { 1, 385, 328, 432, 261, 376, 298, 315, 421, 395, 317, 272 })]
    public void The_evaluation_text_is_cut_into_the_windows_of_the_reference_results(string model, string blankLine, int tokens, int[] first)
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(SharedFolder.Require($"models/{model}"));
        string text = Text(SharedFolder.Require("text/tinystories/stories.txt"), 52_000).Replace("\n\n", blankLine, StringComparison.Ordinal);
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(source.Folder), text, source.Architecture.BosTokenId, 256);
        Assert.Equal(tokens / 256, windows.Count);
        Assert.Equal(first, windows.Window(0, EvaluationProtocol.Paper)[..12]);
        Assert.NotEqual(1, windows.Window(1, EvaluationProtocol.Paper)[0]);
        Assert.Equal(1, windows.Window(1, EvaluationProtocol.LlamaCpp)[0]);
        Assert.Equal(windows.Window(1, EvaluationProtocol.Paper)[1..], windows.Window(1, EvaluationProtocol.LlamaCpp)[1..]);
    }

    [SkippableFact]
    public void The_float_model_has_the_perplexity_that_the_reference_implementation_measured()
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(SharedFolder.Require("models/stories260K"));
        string text = Text(SharedFolder.Require("text/tinystories/stories.txt"), 52_000).Replace("\n\n", "\n", StringComparison.Ordinal);
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(source.Folder), text, source.Architecture.BosTokenId, 256, 88);
        using SessionLogitSource model = SessionLogitSource.OpenSource(source);
        Assert.Equal(4.405053, ModelEvaluation.Measure(model, [model], windows, EvaluationProtocol.Paper)[0].Perplexity, 0.0005);
    }

    [SkippableFact]
    public async Task A_packed_model_is_measured_as_deployed_and_exactly()
    {
        string source = SharedFolder.Require("models/stories260K");
        using var store = PackStore.Open(Path.Combine(_folder, "store"));
        PackResult packed = await Packer.PackAsync(new PackRequest(source, Recipe.Parse(new Dictionary<string, string> { ["Bits"] = "8" }), store), null, CancellationToken.None);
        var request = new EvaluationRequest(packed.Folder, source, SharedFolder.Require("text/tinystories/stories.txt")) { Context = 128, Tokens = 600 };

        FidelityReport exact = ModelEvaluation.Run(request with { Exact = true });
        FidelityReport deployed = ModelEvaluation.Run(request);
        Assert.Equal((4, 4 * 127), (exact.Windows, exact.Tokens));
        Assert.InRange(exact.KlDivergence.Mean, 1e-6, 0.002);
        Assert.InRange(deployed.KlDivergence.Mean, exact.KlDivergence.Mean, 0.01);
        Assert.InRange(exact.TopAgreement, 0.95, 1);
        Assert.Equal(exact.KlDivergence.Mean, ModelEvaluation.Run(request with { Exact = true, Threads = 1 }).KlDivergence.Mean, 1e-6);
    }

    [SkippableFact]
    public void What_cannot_be_compared_is_refused_in_one_sentence()
    {
        string source = SharedFolder.Require("models/stories260K");
        string text = Path.Combine(_folder, "short text.txt");
        File.WriteAllText(text, "Once upon a time");
        Assert.Equal("MPK2020", Assert.Throws<ModelPackException>(() => ModelEvaluation.Run(new EvaluationRequest(source, source, text))).Code);
        Assert.Equal("MPK2021", Assert.Throws<ModelPackException>(() => ModelEvaluation.Run(new EvaluationRequest(source, source, text + ".none"))).Code);
        Assert.Equal("MPK2022", Assert.Throws<ModelPackException>(() => ModelEvaluation.Run(new EvaluationRequest(source, source, text) { Context = 100_000 })).Code);
    }

    private static string Text(string file, int bytes) => System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file), 0, bytes).TrimEnd('\uFFFD');
}
