using Google.Protobuf;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Tests.OnnxModels.Fuzzing;

/// <summary>Small models with everything that the road looks at, for mutations to start from.</summary>
internal static class FuzzModels
{
    private const int Width = 32;

    /// <summary>The files.</summary>
    public static IReadOnlyList<byte[]> All { get; } = [Products().ToByteArray(), Inner().ToByteArray(), Called().ToByteArray()];

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.7f))];

    private static ModelProto Products()
    {
        var graph = new OnnxGraphBuilder("products", 17);
        graph.Input("ids", OnnxElementType.Int64, "batch", "length");
        string table = graph.Initializer<float>("table", [40, Width], Values(40 * Width));
        string rows = graph.Node("Gather", [table, "ids"], "rows");
        string scaled = graph.Node("MatMul", [rows, graph.Node("Transpose", [graph.Initializer<float>("w", [48, Width], Values(48 * Width))], "t", ("perm", new long[] { 1, 0 }))], "scaled");
        string flat = graph.Node("Reshape", [scaled, graph.Initializer<long>("shape", [2], [-1, 48])], "flat");
        string gemm = graph.Node("Gemm", [flat, graph.Initializer<float>("v", [48, Width], Values(48 * Width)), graph.Initializer<float>("c", [Width], Values(Width))], "gemm", ("alpha", 0.5f));
        graph.Node("MatMul", [graph.Node("Relu", [gemm], "relu"), graph.Node("Transpose", [table], "head")], "y");
        graph.Output("y", OnnxElementType.Float32, "rows", 40);
        return graph.Build(8);
    }

    private static ModelProto Inner()
    {
        var branch = new OnnxGraphBuilder("branch", 17);
        string k = branch.Node("Constant", [], "k", ("value", OnnxGraphBuilder.Tensor<float>([Width, Width], Values(Width * Width))));
        branch.Node("MatMul", ["x", branch.Node("Identity", [k], "same")], "p");
        branch.Output("p", OnnxElementType.Float32, 2, Width);
        var graph = new OnnxGraphBuilder("inner", 17);
        graph.Input("x", OnnxElementType.Float32, 2, Width);
        string sum = graph.Node("ReduceSum", ["x"], "sum", ("keepdims", 0));
        string condition = graph.Node("Greater", [sum, graph.Initializer<float>("zero", [], [0f])], "condition");
        graph.Node("If", [condition], "y", ("then_branch", branch.BuildGraph()), ("else_branch", branch.BuildGraph().Clone()));
        graph.Output("y", OnnxElementType.Float32, 2, Width);
        return graph.Build(8);
    }

    private static ModelProto Called()
    {
        var body = new OnnxGraphBuilder("body", 17);
        body.Node("MatMul", ["a", "b"], "p");
        body.Node("LeakyRelu", ["p"], "c", ("alpha", 0.1f));
        var function = new FunctionProto { Name = "Layer", Domain = "own", Input = { "a", "b" }, Output = { "c" } };
        function.Node.Add(body.BuildGraph().Node);
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        var graph = new OnnxGraphBuilder("called", 17);
        graph.Input("x", OnnxElementType.Float32, "rows", Width);
        string w = graph.Initializer<float>("w", [Width, Width], Values(Width * Width));
        graph.Node("own.Layer", [graph.Node("own.Layer", ["x", w], "h"), w], "y");
        graph.Output("y", OnnxElementType.Float32, "rows", Width);
        ModelProto model = graph.Build(8);
        model.Functions.Add(function);
        return model;
    }
}
