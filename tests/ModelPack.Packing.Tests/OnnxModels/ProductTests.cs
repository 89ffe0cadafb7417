using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

/// <summary>Products whose weights and inputs no rounding changes: the packed model must give the float model's numbers, whatever the operator's attributes.</summary>
public sealed class ProductTests
{
    private const int Inputs = 64;
    private const int Outputs = 24;
    private const int Rows = 3;

    private static readonly Dictionary<string, Action<OnnxGraphBuilder>> Products = new()
    {
        ["MatMul"] = graph => graph.Node("MatMul", ["x", Columns(graph)], "y"),
        ["Gemm"] = graph => graph.Node("Gemm", ["x", Columns(graph)], "y"),
        ["Gemm with transposed weights"] = graph => graph.Node("Gemm", ["x", ByOutput(graph)], "y", ("transB", 1)),
        ["Gemm with a bias"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, Outputs)], "y"),
        ["Gemm with a bias of one row"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, 1, Outputs)], "y"),
        ["Gemm with a scalar"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph)], "y"),
        ["Gemm with a column"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, Rows, 1)], "y"),
        ["Gemm with alpha"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, Outputs)], "y", ("alpha", 0.5f)),
        ["Gemm with beta"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, Rows, Outputs)], "y", ("beta", -3f)),
        ["Gemm with both and transposed inputs"] = graph => graph.Node("Gemm", [graph.Node("Transpose", ["x"], "t"), ByOutput(graph), Bias(graph, Outputs)], "y", ("alpha", 2f), ("beta", 0.25f), ("transA", 1), ("transB", 1)),
        ["Gemm without its addend"] = graph => graph.Node("Gemm", ["x", Columns(graph), Bias(graph, Outputs)], "y", ("beta", 0f)),
        ["FusedMatMul"] = graph => graph.Node("com.microsoft.FusedMatMul", ["x", ByOutput(graph)], "y", ("alpha", 0.5f), ("transB", 1)),
        ["MatMul behind Transpose"] = graph => graph.Node("MatMul", ["x", graph.Node("Transpose", [ByOutput(graph)], "t", ("perm", new long[] { 1, 0 }))], "y"),
        ["MatMul behind Reshape and Identity"] = graph => graph.Node("MatMul", ["x", graph.Node("Identity", [graph.Node("Reshape", [Flat(graph), graph.Initializer<long>("shape", [2], [Inputs, -1])], "r")], "i")], "y"),
        ["MatMul behind Cast"] = graph => graph.Node("MatMul", ["x", graph.Node("Cast", [Halves(graph)], "c", ("to", 1))], "y"),
        ["MatMul with a Constant"] = graph => graph.Node("MatMul", ["x", graph.Node("Constant", [], "k", ("value", OnnxGraphBuilder.Tensor<float>([Inputs, Outputs], InputByOutput)))], "y"),
        ["two that share a weight"] = graph => graph.Node("Add", [graph.Node("MatMul", ["x", Columns(graph)], "a"), graph.Node("Gemm", ["x", "w", Bias(graph, Outputs)], "b", ("alpha", 2f))], "y"),
    };

    public static TheoryData<string> Names => [.. Products.Keys];

    private static float[] OutputByInput => ExactNumbers.Weights(Outputs, Inputs, seed: 1);

    private static float[] InputByOutput => ExactNumbers.Transposed(OutputByInput, Outputs, Inputs);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_product_with_codes_gives_what_the_product_gives(string name)
    {
        using var folder = OnnxFolder.With(Model(Products[name]));
        var x = ("x", SampleTensor.Of<float>([Rows, Inputs], ExactNumbers.Activations(Rows, Inputs, seed: 2)));

        var (operators, packed) = await folder.PackedAsync(("Bits", "4"));

        Assert.All(operators, entry => Assert.Contains("MatMulNBits", entry.Became, StringComparison.Ordinal));
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 0, 1e-6);
        ModelProto written = OnnxFile.Read(packed);
        Assert.DoesNotContain(written.Graph.Node, node => node.OpType is "MatMul" or "Gemm" or "FusedMatMul");
        Assert.Single(written.Graph.Node, node => node.OpType == "MatMulNBits" && name != "two that share a weight" || node.OpType == "Add" && node.Output[0] == "y" && name == "two that share a weight");
        Assert.DoesNotContain(written.Graph.Initializer, tensor => tensor.Name == "w");
    }

    [Theory]
    [InlineData("8", "32", "false", 0.02)]
    [InlineData("8", "128", "true", 0.02)]
    [InlineData("2", "32", "false", 0.6)]
    [InlineData("4", "16", "true", 0.15)]
    public async Task Other_bits_groups_and_zero_points_stay_near_the_product(string bits, string group, string symmetric, double most)
    {
        using var folder = OnnxFolder.With(Model(graph => graph.Node("MatMul", ["x", graph.Initializer<float>("w", [Inputs, Outputs], new SampleNumbers(5).Normals(Inputs * Outputs))], "y")));
        var x = ("x", SampleTensor.Of<float>([Rows, Inputs], new SampleNumbers(6).Normals(Rows * Inputs)));

        var (_, packed) = await folder.PackedAsync(("Bits", bits), ("GroupSize", group), ("Symmetric", symmetric));

        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 1e-4, most);
    }

    [Fact]
    public async Task Weights_and_activations_of_float16_keep_their_type()
    {
        var graph = new OnnxGraphBuilder("half");
        graph.Input("x", OnnxElementType.Float16, Rows, Inputs);
        graph.Node("MatMul", ["x", Halves(graph)], "y");
        graph.Output("y", OnnxElementType.Float16, Rows, Outputs);
        using var folder = OnnxFolder.With(graph.Build());
        var x = ("x", SampleTensor.Of<Half>([Rows, Inputs], Array.ConvertAll(ExactNumbers.Activations(Rows, Inputs, seed: 2), value => (Half)(value / 16))));

        var (_, packed) = await folder.PackedAsync(("Bits", "4"));

        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 0, 5e-3);
    }

    [Fact]
    public async Task A_weight_whose_values_are_needed_elsewhere_stays()
    {
        using var folder = OnnxFolder.With(Model(graph => graph.Node("Add", [graph.Node("MatMul", ["x", Columns(graph)], "a"), graph.Node("ReduceSum", ["w"], "b", ("keepdims", 0))], "y")));

        var (operators, _) = await folder.PackedAsync(("Bits", "8"));

        Assert.Contains("needs its values", Assert.Single(operators, entry => entry.Type == "MatMul").Reason, StringComparison.Ordinal);
        Assert.Equal("MPK1462", Assert.Single(folder.Warnings).Code);
    }

    private static ModelProto Model(Action<OnnxGraphBuilder> product)
    {
        var graph = new OnnxGraphBuilder("product");
        graph.Input("x", OnnxElementType.Float32, "rows", Inputs);
        product(graph);
        graph.Output("y", OnnxElementType.Float32, "rows", Outputs);
        return graph.Build();
    }

    private static string Columns(OnnxGraphBuilder graph) => graph.Initializer<float>("w", [Inputs, Outputs], InputByOutput);

    private static string ByOutput(OnnxGraphBuilder graph) => graph.Initializer<float>("w", [Outputs, Inputs], OutputByInput);

    private static string Flat(OnnxGraphBuilder graph) => graph.Initializer<float>("w", [Inputs * Outputs], InputByOutput);

    private static string Halves(OnnxGraphBuilder graph) => graph.Initializer<Half>("w", [Inputs, Outputs], Array.ConvertAll(InputByOutput, value => (Half)value));

    private static string Bias(OnnxGraphBuilder graph, params long[] dims) =>
        graph.Initializer<float>("c", dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (product, dim) => product * dim)).Select(i => (i * 7) - 40f)]);
}
