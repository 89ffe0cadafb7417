using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Store;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Evaluation;

/// <summary>
/// A packed model opened for exact evaluation computes what a float model of the dequantized weights computes, layer by layer, for products and
/// tables of every width; as deployed it does not.
/// </summary>
public sealed class ExactArithmeticTests : IDisposable
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-exact-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, 4, false, "rtn")]
    [InlineData(2, 8, true, "rtn")]
    [InlineData(4, 4, false, "rtn")]
    [InlineData(4, 8, true, "rtn")]
    [InlineData(8, 8, false, "rtn")]
    [InlineData(8, 4, true, "rtn")]
    [InlineData(2, 8, false, "hqq")]
    [InlineData(4, 8, false, "nf4")]
    public async Task Exact_is_the_float_model_of_the_dequantized_weights(int bits, int tableBits, bool symmetric, string method)
    {
        Recipe recipe = Recipe.Parse(new Dictionary<string, string>
        {
            ["Bits"] = bits.ToString(), ["HeadBits"] = tableBits.ToString(), ["EmbeddingBits"] = tableBits.ToString(), ["Symmetric"] = symmetric ? "true" : "false", ["Method"] = method,
        });
        using var store = PackStore.Open(Path.Combine(_folder, "store"));
        PackResult packed = await Packer.PackAsync(new PackRequest(TinyTales, recipe, store));
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        int[] window = TokenWindows.Cut(Tokenizer.Load(TinyTales), File.ReadAllText(Path.Combine(TinyTales, "eval.txt")), source.Architecture.BosTokenId, 40, 1).Window(0, EvaluationProtocol.Paper);

        var stored = new StoredWeights(source, recipe, Path.Combine(packed.Folder, OnnxFolder.DataName));
        using LayerwiseLogitSource dequantized = LayerwiseLogitSource.Open(
            source.Architecture, new FloatStages(source.Architecture, stored.Rows, source.Folder, 1).Open, [window], LayerwiseLogitSource.DefaultBudget, kept: null, finished: null, default);
        float[] expected = Logits(dequantized, window);

        double exact = Error(expected, packed.Folder, exact: true, window);
        double deployed = Error(expected, packed.Folder, exact: false, window);
        Assert.InRange(exact, 0, 2e-5);
        // The 4-bit floats of nf4 are multiplied in float as deployed; what remains is the head with 8-bit activations.
        Assert.InRange(deployed, 1e-3, 0.1);
    }

    [Fact]
    public async Task A_packed_model_that_is_run_stage_by_stage_predicts_what_it_predicts_as_a_whole()
    {
        using var store = PackStore.Open(Path.Combine(_folder, "store"));
        PackResult packed = await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Default, store));
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        int[] window = TokenWindows.Cut(Tokenizer.Load(TinyTales), File.ReadAllText(Path.Combine(TinyTales, "eval.txt")), source.Architecture.BosTokenId, 40, 1).Window(0, EvaluationProtocol.Paper);
        var stored = new StoredWeights(source, Recipe.Default, Path.Combine(packed.Folder, OnnxFolder.DataName));
        using SessionLogitSource whole = SessionLogitSource.OpenPacked(packed.Folder, exact: false, threads: 1);
        using LayerwiseLogitSource stages = LayerwiseLogitSource.Open(
            source.Architecture,
            new PackedStages(source.Architecture, stored.StorageOf, new DecoderGraphOptions(), packed.Folder, stored.Layout, 1).Open,
            [window],
            LayerwiseLogitSource.DefaultBudget,
            kept: null,
            finished: null,
            default);

        // 8-bit activations may round the other way where a fused graph has added in another order.
        Assert.InRange(LogitComparison.RelativeError(Logits(whole, window), Logits(stages, window)), 0, 5e-3);
    }

    private static double Error(float[] expected, string packed, bool exact, int[] window)
    {
        using SessionLogitSource model = SessionLogitSource.OpenPacked(packed, exact, threads: 1);
        return LogitComparison.RelativeError(expected, Logits(model, window));
    }

    private static float[] Logits(ILogitSource model, int[] window)
    {
        var logits = new float[window.Length * model.VocabularySize];
        model.Run(window, logits);
        return logits;
    }
}
