using System.Text.Json;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Road;
using ModelPack.Packing.Verification;
using ModelPack.Quantization;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>GGUF files whose codes are kept: packed graphs against the decoded values in float arithmetic, and against llama.cpp.</summary>
public sealed class TranscodingTests
{
    // Sums in another order, and the offset of a group apart from its products.
    private const double ExactTolerance = 2e-5;

    // llama.cpp keeps its cache in float16 and rounds activations to 8 bits for quantized weights; ONNX Runtime rounds them too.
    private const double FloatFileTolerance = 1e-3;

    // ggml rounds activations to bfloat16 for weights in bfloat16.
    private const double BFloat16Tolerance = 5e-3;
    private const double LargestDivergence = 0.02;

    public static TheoryData<GgufTensorType> Types => [.. GgufBlocks.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_type_keeps_its_values_and_computes_with_them(GgufTensorType type)
    {
        using var model = new TypedModel(type);
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(model.Path, Recipe.Default, store.Store, Threads: 1));
        Assert.All(packed.Manifest.Weights.Where(weight => weight.Shape[0] > 1), weight => Assert.Equal(("stored", 0.0), (weight.Method, weight.RelativeError)));

        using ModelSource source = ModelSource.Open(model.Path);
        int[] window = [1, .. Enumerable.Range(0, 23).Select(i => 259 + (i * 7 % 40))];
        float[] expected = Logits(SessionLogitSource.OpenSource(source, 1), window);
        Assert.InRange(LogitComparison.RelativeError(expected, Logits(SessionLogitSource.OpenPacked(packed.Folder, exact: true, 1), window)), 0, ExactTolerance);
        Assert.InRange(LogitComparison.RelativeError(expected, Logits(SessionLogitSource.OpenPacked(packed.Folder, exact: false, 1), window)), 1e-4, 0.05);
    }

    [Fact]
    public async Task Types_may_differ_from_matrix_to_matrix()
    {
        using var model = new TypedModel(GgufTensorType.Q4_K, tied: false, (name, type) =>
            name.Contains("attn_v") ? GgufTensorType.Q6_K : name.Contains("ffn_down") ? GgufTensorType.F16 : name.StartsWith("output.", StringComparison.Ordinal) ? GgufTensorType.Q5_1 : type);
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(model.Path, Recipe.Default, store.Store, Threads: 2));
        Assert.Equal(16, packed.Manifest.Weights.First(weight => weight.Name.Contains("down_proj")).Bits);
        Assert.Equal((8, 16), packed.Manifest.Weights.Where(weight => weight.Name.Contains("v_proj")).Select(weight => (weight.Bits, weight.GroupSize)).First());
        using ModelSource source = ModelSource.Open(model.Path);
        int[] window = [1, 260, 265, 270, 275];
        Assert.InRange(
            LogitComparison.RelativeError(Logits(SessionLogitSource.OpenSource(source, 1), window), Logits(SessionLogitSource.OpenPacked(packed.Folder, exact: true, 1), window)), 0, ExactTolerance);
    }

    [SkippableTheory]
    [InlineData("stories260K-F32.gguf")]
    [InlineData("stories260K-F16.gguf")]
    [InlineData("stories260K-BF16.gguf")]
    [InlineData("stories260K-Q8_0.gguf")]
    [InlineData("stories260K-Q5_1.gguf")]
    [InlineData("stories260K-Q5_0.gguf")]
    [InlineData("stories260K-Q4_1.gguf")]
    [InlineData("stories260K-Q4_0.gguf")]
    [InlineData("stories260K-IQ4_NL.gguf")]
    [InlineData("babyllama-tok105-Q8_0.gguf")]
    [InlineData("babyllama-tok105-Q4_1.gguf")]
    [InlineData("babyllama-tok105-Q4_0.gguf")]
    public async Task A_packed_file_predicts_what_llama_cpp_predicts_from_it(string file)
    {
        string path = SharedFolder.Require($"models/gguf-reference/{file}");
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(path, Recipe.Default, store.Store, Threads: 1));
        using ModelSource source = ModelSource.Open(path);
        Tokenizer tokenizer = Tokenizer.Load(packed.Folder);
        bool floats = source.Architecture.Weights.All(weight => source.SchemeOf(weight) is null);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("models/gguf-reference/llama_cpp_logits.json")));
        foreach (JsonElement prompt in expected.RootElement.GetProperty(file).EnumerateArray())
        {
            int[] ids = [.. prompt.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            float[] reference = [.. prompt.GetProperty("last_logits").EnumerateArray().Select(logit => logit.GetSingle())];
            Assert.Equal(ids, tokenizer.Encode(prompt.GetProperty("text").GetString()!));
            float[] exact = Logits(SessionLogitSource.OpenPacked(packed.Folder, exact: true, 1), ids);
            Assert.InRange(LogitComparison.RelativeError(Logits(SessionLogitSource.OpenSource(source, 1), ids), exact), 0, ExactTolerance);

            int vocabulary = reference.Length;
            foreach (float[] logits in new[] { exact, Logits(SessionLogitSource.OpenPacked(packed.Folder, exact: false, 1), ids) })
            {
                LogitDifference difference = LogitComparison.Compare(reference, logits.AsSpan(logits.Length - vocabulary), vocabulary);
                Assert.Equal(1, difference.TopAgreement);
                Assert.InRange(difference.KlDivergence, -1e-9, LargestDivergence);
                if (floats)
                {
                    Assert.InRange(difference.RelativeError, 0, file.Contains("BF16", StringComparison.Ordinal) ? BFloat16Tolerance : FloatFileTolerance);
                }
            }
        }
    }

    [SkippableFact]
    public void A_plan_shows_what_is_kept()
    {
        using var store = new TemporaryStore();
        PackPlan plan = Packer.Plan(new PackRequest(SharedFolder.Require("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"), Recipe.Default, store.Store));
        Assert.Equal(210, plan.Weights.Count(weight => weight is { Bits: 4, GroupSize: 32, Symmetric: false, Method: "stored" }));
        Assert.Equal((8, 32, true), plan.Weights.Where(weight => weight.Name == "model.embed_tokens.weight").Select(weight => (weight.Bits, weight.GroupSize, weight.Symmetric)).Single());

        // A float16 scale and a float16 minimum for 32 codes of four bits, as in the file.
        Assert.Equal(plan.SourceBytes, plan.Weights.Sum(weight => weight.Bytes));
    }

    [SkippableFact]
    public async Task Other_bits_are_given_to_it_with_one_warning_that_states_the_error()
    {
        string path = SharedFolder.Require("models/gguf-reference/stories260K-Q8_0.gguf");
        using var store = new TemporaryStore();
        var warnings = new List<(string Code, string Message)>();
        Recipe recipe = Recipe.Parse(new Dictionary<string, string> { ["Bits"] = "4" });
        PackResult packed = await Packer.PackAsync(new PackRequest(path, recipe, store.Store) { Warning = (code, message) => warnings.Add((code, message)) });
        (string code, string message) = Assert.Single(warnings);
        Assert.Equal("MPK1428", code);
        Assert.Matches(@"error of \d+\.\d\d", message);
        ManifestWeight query = packed.Manifest.Weights.First(weight => weight.Name.EndsWith("q_proj.weight", StringComparison.Ordinal));
        Assert.Equal((4, "rtn"), (query.Bits, query.Method));
        Assert.InRange(query.RelativeError, 0.02, 0.12);
        Assert.Equal("stored", packed.Manifest.Weights[0].Method);
    }

    [SkippableFact]
    public async Task Weights_that_an_override_names_are_quantized_anew_and_the_others_stay()
    {
        string path = SharedFolder.Require("models/gguf-reference/babyllama-tok105-Q4_1.gguf");
        using var store = new TemporaryStore();
        Recipe recipe = Recipe.Parse(new Dictionary<string, string> { ["Override"] = "*.o_proj.weight=8" });
        PackResult packed = await Packer.PackAsync(new PackRequest(path, recipe, store.Store));
        Assert.All(
            packed.Manifest.Weights.Where(weight => weight.Shape[0] > 1),
            weight => Assert.Equal(weight.Name.EndsWith("o_proj.weight", StringComparison.Ordinal) ? "rtn" : "stored", weight.Method));
    }

    [SkippableFact]
    public async Task The_same_file_gives_the_same_bytes_on_any_number_of_threads()
    {
        string path = SharedFolder.Require("models/gguf-reference/babyllama-tok105-Q4_1.gguf");
        using var first = new TemporaryStore();
        using var second = new TemporaryStore();
        PackResult one = await Packer.PackAsync(new PackRequest(path, Recipe.Default, first.Store, Threads: 1));
        PackResult two = await Packer.PackAsync(new PackRequest(path, Recipe.Default, second.Store, Threads: 2));
        Assert.Equal(one.Key, two.Key);
        Assert.Equal(
            one.Manifest.Files.Where(file => !file.Name.StartsWith("report", StringComparison.Ordinal)).Select(file => (file.Name, file.Sha256)),
            two.Manifest.Files.Where(file => !file.Name.StartsWith("report", StringComparison.Ordinal)).Select(file => (file.Name, file.Sha256)));
        Assert.Equal(("gguf", "babyllama-tok105-Q4_1.gguf"), (one.Manifest.Source.Kind, one.Manifest.Source.Files.Single().Name));
    }

    [Theory]
    [InlineData(GgufTensorType.Q4_0, 4, 32, CodeGrid.Symmetric, ScaleType.Float16, 0)]
    [InlineData(GgufTensorType.Q4_1, 4, 32, CodeGrid.Minimums, ScaleType.Float16, 0)]
    [InlineData(GgufTensorType.Q5_1, 8, 32, CodeGrid.Minimums, ScaleType.Float16, 112)]
    [InlineData(GgufTensorType.Q8_0, 8, 32, CodeGrid.Symmetric, ScaleType.Float16, 0)]
    [InlineData(GgufTensorType.Q2_K, 4, 16, CodeGrid.Minimums, ScaleType.Float32, 6)]
    [InlineData(GgufTensorType.Q3_K, 4, 16, CodeGrid.Symmetric, ScaleType.Float32, 0)]
    [InlineData(GgufTensorType.Q4_K, 4, 32, CodeGrid.Minimums, ScaleType.Float32, 0)]
    [InlineData(GgufTensorType.Q6_K, 8, 16, CodeGrid.Symmetric, ScaleType.Float32, 0)]
    [InlineData(GgufTensorType.IQ4_XS, 8, 32, CodeGrid.Symmetric, ScaleType.Float32, 0)]
    public void A_type_has_the_smallest_container_that_keeps_it(GgufTensorType type, int bits, int group, CodeGrid grid, ScaleType scales, int lowest) =>
        Assert.Equal(new QuantizationScheme(bits, group, grid, scales, lowest), Packing.Sources.Gguf.StoredCodes.SchemeOf(type));

    private static float[] Logits(SessionLogitSource model, int[] window)
    {
        using (model)
        {
            var logits = new float[window.Length * model.VocabularySize];
            model.Run(window, logits);
            return logits;
        }
    }
}
