using ModelPack.Packing.Architectures;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Graphs with quantized weights against the same graph in float32 with the dequantized weights.</summary>
public class QuantizedGraphTests
{
    // MatMulNBits without int8 activations differs from a float product by its order of summation only.
    private const double RelativeTolerance = 2e-5;

    public static TheoryData<string> All => GoldenCase.Names();

    // Case, bits, group size, symmetric; widths are 64 or 96, so that groups of 128 and 64 are partly padding.
    public static TheoryData<string, int, int, bool> Schemes => new()
    {
        { "llama", 4, 32, true },
        { "llama", 4, 32, false },
        { "llama", 8, 128, false },
        { "llama", 2, 64, false },
        { "llama-tied-gqa", 4, 32, true },
        { "llama-tied-gqa", 4, 64, false },
        { "llama-tied-gqa", 8, 16, true },
        { "llama-tied-gqa", 8, 32, false },
        { "llama-tied-gqa", 2, 16, false },
        { "llama-bias", 4, 16, true },
        { "mistral", 4, 256, false },
        { "qwen2", 4, 32, false },
        { "qwen2", 8, 32, true },
        { "qwen3", 4, 16, false },
        { "qwen3", 2, 128, true },
    };

    [SkippableTheory]
    [MemberData(nameof(Schemes))]
    public void A_quantized_graph_computes_with_the_dequantized_weights(string name, int bits, int groupSize, bool symmetric)
    {
        var scheme = new WeightStorage.Quantized(new QuantizationScheme(bits, groupSize, symmetric));
        Compare(name, weight => weight.IsMatrix ? scheme : new WeightStorage.Float32());
    }

    // Widths are 64, 96 and 128, so that groups of 128 and 64 are partly padding.
    public static TheoryData<string, int, int, CodeGrid> Grids => new()
    {
        { "llama", 4, 32, CodeGrid.Offsets },
        { "llama", 2, 64, CodeGrid.Offsets },
        { "llama-tied-gqa", 8, 128, CodeGrid.Offsets },
        { "qwen2", 4, 16, CodeGrid.Offsets },
        { "llama", 4, 32, CodeGrid.NormalFloat4 },
        { "llama-tied-gqa", 4, 64, CodeGrid.NormalFloat4 },
        { "qwen2", 4, 256, CodeGrid.NormalFloat4 },
        { "llama", 4, 16, CodeGrid.Float4 },
        { "llama-bias", 4, 128, CodeGrid.Float4 },
    };

    [SkippableTheory]
    [MemberData(nameof(Grids))]
    public void Linear_layers_of_every_grid_compute_with_the_dequantized_weights(string name, int bits, int groupSize, CodeGrid grid) =>
        Compare(name, Linears(new QuantizationScheme(bits, groupSize, grid)));

    [SkippableTheory]
    [MemberData(nameof(Grids))]
    public void Every_grid_runs_with_float16_activations(string name, int bits, int groupSize, CodeGrid grid)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        Func<DecoderWeight, WeightStorage> storage = Linears(new QuantizationScheme(bits, groupSize, grid));
        using DecoderFolder floats = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions { AccuracyLevel = 0 }, storage);
        using DecoderFolder halves = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions { AccuracyLevel = 0, Target = TargetProvider.Cuda }, storage);
        using var expected = new DecoderRunner(floats.Model, architecture);
        using var actual = new DecoderRunner(halves.Model, architecture);
        long[] prompt = golden.Ids("input_ids");
        Assert.InRange(Close.Relative(expected.Run(prompt), actual.Run(prompt)), 1e-6, 1e-2);
    }

    [SkippableFact]
    public void Products_that_share_an_input_share_the_sums_of_its_groups()
    {
        using GoldenCase golden = GoldenCase.Open("llama");
        DecoderGraphModel graph = DecoderGraph.Build(golden.Architecture(), new DecoderGraphOptions(), Linears(new QuantizationScheme(4, 32, CodeGrid.Offsets)));
        // Inputs of q, k and v (one product), o, gate with up, down in each of two layers.
        Assert.Equal(2 * 4, graph.Model.Graph.Node.Count(node => node.OpType == "ReduceSum" && node.Output[0].EndsWith("sums_of_32", StringComparison.Ordinal)));
        Assert.Equal(2 * 5, graph.Model.Graph.Node.Count(node => node.OpType == "MatMulNBits"));
        Assert.DoesNotContain(graph.Model.Graph.Node, node => node.OpType == "MatMulNBits" && node.Input.Count > 3);
    }

    [SkippableFact]
    public void A_table_cannot_lie_on_a_grid_without_a_look_up_operator()
    {
        using GoldenCase golden = GoldenCase.Open("llama");
        var scheme = new WeightStorage.Quantized(new QuantizationScheme(4, 32, CodeGrid.Offsets));
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            DecoderGraph.Build(golden.Architecture(), new DecoderGraphOptions(), weight => weight.IsMatrix ? scheme : new WeightStorage.Float32()));
        Assert.Contains("embed_tokens", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("qwen2")]
    [InlineData("llama-bias")]
    [InlineData("qwen3")]
    public void Weights_of_one_layer_may_differ_in_storage(string name)
    {
        var four = new WeightStorage.Quantized(new QuantizationScheme(4, 32, true));
        var eight = new WeightStorage.Quantized(new QuantizationScheme(8, 16, false));
        Compare(name, weight => weight.Role switch
        {
            WeightRole.Query or WeightRole.Up => four,
            WeightRole.Key or WeightRole.Down => eight,
            WeightRole.Value => WeightStorage.Lossless(weight.SourceType),
            WeightRole.TiedEmbedding or WeightRole.Head => eight,
            _ => new WeightStorage.Float32(),
        });
    }

    [SkippableFact]
    public void A_tied_table_lies_in_the_data_file_once()
    {
        using GoldenCase golden = GoldenCase.Open("llama-tied-gqa");
        var scheme = new WeightStorage.Quantized(new QuantizationScheme(8, 32, true));
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, golden.Architecture(), new DecoderGraphOptions(), weight => weight.IsMatrix ? scheme : new WeightStorage.Float32());
        Assert.Equal(folder.Places["model.embed_tokens.code_rows"], folder.Places["model.embed_tokens.codes"]);
        Assert.Equal(128 * 96, folder.Places["model.embed_tokens.codes"].Length);
    }

    [SkippableFact]
    public void Queries_keys_and_values_of_equal_storage_are_one_product()
    {
        using GoldenCase golden = GoldenCase.Open("llama");
        var scheme = new WeightStorage.Quantized(new QuantizationScheme(4, 32, true));
        DecoderGraphModel graph = DecoderGraph.Build(golden.Architecture(), new DecoderGraphOptions { AccuracyLevel = 4 }, weight => weight.IsMatrix ? scheme : new WeightStorage.Float32());
        var products = graph.Model.Graph.Node.Where(n => n.OpType == "MatMulNBits").ToList();
        Assert.Equal((2 * 5) + 1, products.Count);
        Assert.All(products, p => Assert.Equal(4, p.Attribute.Single(a => a.Name == "accuracy_level").I));
        Assert.Equal(["codes", "scales"], graph.Tensors.Where(t => t.InitializerName.StartsWith("model.layers.0.self_attn.qkv_proj.", StringComparison.Ordinal)).Select(t => t.InitializerName.Split('.')[^1]));
    }

    [SkippableTheory]
    [InlineData("llama-tied-gqa", 10)]
    [InlineData("llama-minimal", 10)]
    [InlineData("llama", 1)]
    public void Float_weights_keep_the_precision_of_the_checkpoint_in_as_few_bytes(string name, int elementType)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
        long bytes = architecture.Weights.Sum(w => w.ElementCount) * (elementType == 1 ? 4 : 2);
        Assert.Equal(bytes, folder.Places.Where(p => !p.Key.EndsWith("_cache", StringComparison.Ordinal)).Sum(p => p.Value.Length));
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void The_graph_with_float16_activations_stays_near_the_reference(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions { Target = TargetProvider.Cuda }, _ => new WeightStorage.Float16());
        using var runner = new DecoderRunner(folder.Model, architecture);
        long[] prompt = golden.Ids("input_ids");
        Assert.InRange(Close.Relative(golden.Floats("logits"), runner.Run(prompt)), 1e-6, 5e-3);
        Assert.InRange(Close.Relative(golden.Floats("greedy_logits").AsSpan(architecture.VocabularySize, architecture.VocabularySize), runner.Run([golden.Ids("greedy")[0]], past: prompt.Length)), 1e-6, 5e-3);
    }

    private static Func<DecoderWeight, WeightStorage> Linears(QuantizationScheme scheme)
    {
        var linear = new WeightStorage.Quantized(scheme);
        return weight => weight.IsMatrix && weight.Layer is not null ? linear : new WeightStorage.Float32();
    }

    private static void Compare(string name, Func<DecoderWeight, WeightStorage> storage)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        var options = new DecoderGraphOptions { AccuracyLevel = 0 };
        using DecoderFolder quantized = DecoderFolder.Write(golden.Checkpoint, architecture, options, storage);
        using DecoderFolder dequantized = DecoderFolder.Write(
            weight => quantized.Matrices.TryGetValue(weight.Name, out QuantizedMatrix? matrix) ? Dequantization.Dequantize(matrix) : DecoderFolder.Read(golden.Checkpoint, weight),
            architecture,
            options,
            _ => new WeightStorage.Float32());
        using var actual = new DecoderRunner(quantized.Model, architecture);
        using var expected = new DecoderRunner(dequantized.Model, architecture);
        long[] prompt = golden.Ids("input_ids");
        Assert.InRange(Close.Relative(expected.Run(prompt), actual.Run(prompt)), 0, RelativeTolerance);
        Assert.InRange(Close.Relative(expected.Run([7], past: prompt.Length), actual.Run([7], past: prompt.Length)), 0, RelativeTolerance);
    }
}
