using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx;
using ModelPack.Runtime.Graphs;

namespace ModelPack.Runtime.Tests.Graphs;

/// <summary>An ONNX file, packed by the whole road and run by its inputs.</summary>
public sealed class GraphRunTests : IDisposable
{
    private const int Width = 64;

    private readonly TemporaryFolder _folder = new();
    private readonly PackedSample _packed;

    public GraphRunTests()
    {
        var graph = new OnnxGraphBuilder("plain");
        graph.Input("x", OnnxElementType.Float32, "rows", Width);
        graph.Input("factor", OnnxElementType.Float32);
        float[] weights = [.. Enumerable.Range(0, Width * Width).Select(i => MathF.Sin(i))];
        string product = graph.Node("MatMul", ["x", graph.Initializer<float>("w", [Width, Width], weights)], "product");
        graph.Node("Mul", [product, "factor"], "y");
        graph.Node("ArgMax", ["y"], "top", ("axis", 1), ("keepdims", 0));
        graph.Output("y", OnnxElementType.Float32, "rows", Width);
        graph.Output("top", OnnxElementType.Int64, "rows");
        OnnxFile.Write(_folder.File("plain.onnx"), graph.Build());
        _packed = new PackedSample(_folder.File("plain.onnx"), ("Bits", "8"));
    }

    private PackedModel Model => _packed.Model;

    public void Dispose()
    {
        _packed.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_says_what_it_takes_and_gives()
    {
        Assert.Equal("CPU", Model.Device);
        Assert.Equal(["Float [rows, 64]", "Float []"], Model.Inputs.Select(input => input.ToString()));
        Assert.Equal([("y", TensorElementType.Float), ("top", TensorElementType.Int64)], Model.Outputs.Select(output => (output.Name, output.Type)));
    }

    [Fact]
    public void Outputs_are_those_of_the_file_within_what_eight_bits_cost()
    {
        using var inputs = new Values(2);
        using var session = new InferenceSession(_folder.File("plain.onnx"));
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> expected = session.Run(options, [.. inputs.Tensors.Keys], [.. inputs.Tensors.Values], ["y"]);

        using GraphOutputs outputs = Model.Run(inputs.Tensors);

        Assert.Equal(["y", "top"], outputs.Names);
        Assert.Equal([2L, Width], outputs["y"].GetTensorTypeAndShape().Shape);
        float[] wanted = expected[0].GetTensorDataAsSpan<float>().ToArray(), given = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        double error = Math.Sqrt(wanted.Zip(given, (a, b) => Math.Pow(a - b, 2)).Sum() / wanted.Sum(value => value * value));
        Assert.InRange(error, 1e-6, 0.02);
        Assert.Equal("MPK4602", Assert.Throws<ModelPackException>(() => outputs["z"]).Code);
    }

    [Fact]
    public void Outputs_can_go_into_memory_of_the_caller_and_only_those_are_computed()
    {
        using var inputs = new Values(1);
        using GraphOutputs whole = Model.Run(inputs.Tensors);
        var memory = new float[Width];
        using OrtValue y = OrtValue.CreateTensorValueFromMemory(memory, [1, Width]);

        Model.Run(inputs.Tensors, new Dictionary<string, OrtValue> { ["y"] = y });

        Assert.Equal(whole["y"].GetTensorDataAsSpan<float>().ToArray(), memory);
    }

    [Fact]
    public async Task Concurrent_runs_give_what_one_gives()
    {
        using var inputs = new Values(3);
        using GraphOutputs alone = Model.Run(inputs.Tensors);
        float[] expected = alone["y"].GetTensorDataAsSpan<float>().ToArray();

        float[][] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using var own = new Values(3);
            using GraphOutputs outputs = Model.Run(own.Tensors);
            return outputs["y"].GetTensorDataAsSpan<float>().ToArray();
        })));

        Assert.All(all, values => Assert.Equal(expected, values));
    }

    [Fact]
    public void Values_that_do_not_fit_are_named()
    {
        using var inputs = new Values(1);
        OrtValue x = inputs.Tensors["x"], factor = inputs.Tensors["factor"];
        using OrtValue wide = OrtValue.CreateTensorValueFromMemory(new float[Width + 1], [1, Width + 1]);
        using OrtValue doubles = OrtValue.CreateTensorValueFromMemory(new double[Width], [1, Width]);

        Refused("MPK4602", "'z'", ("x", x), ("factor", factor), ("z", x));
        Refused("MPK4603", "'factor'", ("x", x));
        Refused("MPK4604", "Double", ("x", doubles), ("factor", factor));
        Refused("MPK4605", "[1, 65]", ("x", wide), ("factor", factor));
    }

    [Fact]
    public void A_cancelled_run_ends_and_a_disposed_model_says_so()
    {
        using var inputs = new Values(1);
        Assert.ThrowsAny<OperationCanceledException>(() => Model.Run(inputs.Tensors, new CancellationToken(canceled: true)));
        PackedModel other = PackedModel.Open(_packed.Folder, SmallModel.OneThread);
        _ = other.Inputs;
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.Run(inputs.Tensors));
    }

    [Fact]
    public void A_language_model_is_not_run_by_its_inputs()
    {
        using PackedModel model = SmallModel.Open();
        Assert.Equal("MPK4601", Assert.Throws<ModelPackException>(() => model.Inputs).Code);
    }

    private void Refused(string code, string named, params (string Name, OrtValue Value)[] values)
    {
        var error = Assert.Throws<ModelPackException>(() => Model.Run(values.ToDictionary(value => value.Name, value => value.Value)));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private sealed class Values : IDisposable
    {
        public Values(int rows) => Tensors = new()
        {
            ["x"] = OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, rows * Width).Select(i => MathF.Cos(i)).ToArray(), [rows, Width]),
            ["factor"] = OrtValue.CreateTensorValueFromMemory([0.5f], []),
        };

        public Dictionary<string, OrtValue> Tensors { get; }

        public void Dispose()
        {
            foreach (OrtValue value in Tensors.Values)
            {
                value.Dispose();
            }
        }
    }
}
