using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class InnerGraphTests
{
    private const int Width = 64;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Weights_inside_both_branches_of_If_get_codes(bool taken)
    {
        var graph = new OnnxGraphBuilder("branches");
        graph.Input("c", OnnxElementType.Bool);
        graph.Input("x", OnnxElementType.Float32, 2, Width);
        string shared = graph.Initializer<float>("shared", [Width, Width], ExactNumbers.Transposed(ExactNumbers.Weights(Width, Width, 1), Width, Width));
        graph.Node("If", ["c"], "y", ("then_branch", Branch(10, shared)), ("else_branch", Branch(20, null)));
        graph.Output("y", OnnxElementType.Float32, 2, Width);
        using var folder = OnnxFolder.With(graph.Build());
        (string, SampleTensor)[] inputs = [("c", SampleTensor.Of(OnnxElementType.Bool, [], [taken ? (byte)1 : (byte)0])), ("x", SampleTensor.Of<float>([2, Width], ExactNumbers.Activations(2, Width, 3)))];

        var (operators, packed) = await folder.PackedAsync(("Bits", "4"));

        // In one branch a weight from outside and a Constant, in the other a Constant.
        Assert.Equal(["y/then_branch/p", "y/then_branch/q", "y/else_branch/q"], operators.Select(entry => entry.Name));
        Assert.All(operators, entry => Assert.Equal("MatMulNBits", entry.Became));
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, inputs)["y"], OnnxFolder.Run(packed, inputs)["y"]), 0, 5e-3);
        Assert.DoesNotContain(OnnxGraphs.AllTensors(OnnxFile.Read(packed)), tensor => tensor.DataType == (int)OnnxElementType.Float32 && tensor.Dims.Count == 2);
    }

    [Fact]
    public async Task A_weight_inside_a_Loop_gets_codes()
    {
        var body = new OnnxGraphBuilder("body");
        body.Input("i", OnnxElementType.Int64);
        body.Input("go", OnnxElementType.Bool);
        body.Input("state", OnnxElementType.Float32, 1, Width);
        body.Node("Identity", ["go"], "still");
        body.Node("Tanh", [body.Node("MatMul", ["state", body.Initializer<float>("w", [Width, Width], Array.ConvertAll(new SampleNumbers(4).Normals(Width * Width), value => value / 8))], "p")], "next");
        body.Output("still", OnnxElementType.Bool);
        body.Output("next", OnnxElementType.Float32, 1, Width);
        var graph = new OnnxGraphBuilder("loop");
        graph.Input("x", OnnxElementType.Float32, 1, Width);
        graph.Node("Loop", [graph.Initializer<long>("trips", [], [3]), "", "x"], "y", ("body", body.BuildGraph()));
        graph.Output("y", OnnxElementType.Float32, 1, Width);
        using var folder = OnnxFolder.With(graph.Build());
        var x = ("x", SampleTensor.Of<float>([1, Width], new SampleNumbers(8).Normals(Width)));

        var (operators, packed) = await folder.PackedAsync(("Bits", "8"));

        Assert.Equal("y/body/p", Assert.Single(operators).Name);
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 0, 0.05);
    }

    [Fact]
    public async Task A_function_of_the_model_is_expanded_and_its_weights_get_codes()
    {
        var graph = new OnnxGraphBuilder("calls", operatorSet: 18);
        graph.Input("x", OnnxElementType.Float32, 2, Width);
        string w = graph.Initializer<float>("w", [Width, Width], ExactNumbers.Transposed(ExactNumbers.Weights(Width, Width, 1), Width, Width));
        graph.Node("my.functions.Scaled", ["x", w], "h", ("factor", 0.5f));
        graph.Node("my.functions.Scaled", ["h", w], "y", ("factor", 2f));
        graph.Output("y", OnnxElementType.Float32, 2, Width);
        ModelProto model = graph.Build();
        model.Functions.Add(Scaled());
        using var folder = OnnxFolder.With(model);
        var x = ("x", SampleTensor.Of<float>([2, Width], new SampleNumbers(9).Normals(2 * Width)));

        PackResult result = await folder.PackAsync(("Bits", "8"));
        string packed = Path.Combine(result.Folder, "model.onnx");

        Assert.Equal(2, result.Manifest.Operators!.Count(entry => entry.Became == "MatMulNBits"));
        Assert.Contains("2 calls", Assert.Single(result.Manifest.Changes!), StringComparison.Ordinal);
        Assert.Empty(OnnxFile.Read(packed).Functions);
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 0, 0.02);
    }

    private static GraphProto Branch(int seed, string? outer)
    {
        var branch = new OnnxGraphBuilder($"branch_{seed}");
        string x = outer is null ? "x" : branch.Node("MatMul", ["x", outer], "p");
        string constant = branch.Node("Constant", [], "k", ("value", OnnxGraphBuilder.Tensor<float>([Width, Width], ExactNumbers.Transposed(ExactNumbers.Weights(Width, Width, seed), Width, Width))));
        branch.Node("MatMul", [x, constant], "q");
        branch.Output("q", OnnxElementType.Float32, 2, Width);
        return branch.BuildGraph();
    }

    private static FunctionProto Scaled()
    {
        var body = new OnnxGraphBuilder("body", operatorSet: 18);
        body.Node("Constant", [], "f", ("value_float", 1f));
        body.Node("MatMul", ["a", "b"], "p");
        body.Node("Mul", ["p", "f"], "c");
        var function = new FunctionProto { Name = "Scaled", Domain = "my.functions", Input = { "a", "b" }, Output = { "c" }, Attribute = { "factor" } };
        function.Node.Add(body.BuildGraph().Node);
        function.Node[0].Attribute[0].RefAttrName = "factor";
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 18 });
        return function;
    }
}
