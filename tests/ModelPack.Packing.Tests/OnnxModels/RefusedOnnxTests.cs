using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels;

public sealed class RefusedOnnxTests
{
    public static TheoryData<string, string> Settings => new()
    {
        { "Format", "gguf" },
        { "Method", "awq" },
        { "Method", "hqq" },
        { "Method", "gptq" },
        { "Override", "w=4,nf4" },
        { "TargetBitsPerWeight", "3.5" },
        { "TargetSize", "1MB" },
        { "HeadBits", "4" },
        { "EmbeddingBits", "4" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_that_means_nothing_for_an_onnx_model_is_refused_by_name(string name, string value)
    {
        using var folder = OnnxFolder.With(Model());

        var error = Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request(null, (name, value))));

        Assert.Equal("MPK1465", error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_for_a_weight_that_is_not_there_names_the_nearest_one()
    {
        using var folder = OnnxFolder.With(Model());
        var error = Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request(null, ("Override", "v=8"))));
        Assert.Equal("MPK1309", error.Code);
    }

    [Theory]
    [InlineData("no.such.domain.Magic", "MPK1461", "no.such.domain:Magic")]
    [InlineData("Relu", "MPK1460", "Relu")]
    public async Task What_onnx_runtime_cannot_load_is_refused_with_its_message_and_nothing_is_written(string op, string code, string named)
    {
        // Relu takes one input.
        var graph = new OnnxGraphBuilder("unloadable");
        graph.Input("x", OnnxElementType.Float32, 1, 64);
        graph.Node(op, ["x", "x"], "y");
        graph.Output("y", OnnxElementType.Float32, 1, 64);
        using var folder = OnnxFolder.With(graph.Build());
        string output = Path.Combine(folder.Root, "out");

        var error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(folder.Request() with { OutputFolder = output }));

        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File, error.Message, StringComparison.Ordinal);
        Assert.Equal(code, Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request())).Code);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Operator_sets_before_7_are_refused()
    {
        ModelProto model = Model();
        model.OpsetImport[0].Version = 6;
        using var folder = OnnxFolder.With(model);
        Assert.Equal("MPK1466", Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request())).Code);
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(9, 4)]
    [InlineData(13, 7)]
    [InlineData(17, 8)]
    [InlineData(21, 10)]
    [InlineData(24, 11)]
    public async Task Operator_sets_from_7_on_are_packed(int operatorSet, int irVersion)
    {
        var graph = new OnnxGraphBuilder("versions", operatorSet);
        graph.Input("x", OnnxElementType.Float32, 2, 64);
        graph.Node("Gemm", ["x", graph.Initializer<float>("w", [64, 64], new SampleNumbers(1).Normals(64 * 64)), graph.Initializer<float>("c", [64], new SampleNumbers(2).Normals(64))], "y", ("alpha", 0.5f));
        graph.Output("y", OnnxElementType.Float32, 2, 64);
        ModelProto model = graph.Build(irVersion);
        if (irVersion < 4)
        {
            model.Graph.Input.Add(model.Graph.Initializer.Select(tensor => Declared(tensor)));
        }

        using var folder = OnnxFolder.With(model);
        var x = ("x", SampleTensor.Of<float>([2, 64], new SampleNumbers(3).Normals(128)));

        var (operators, packed) = await folder.PackedAsync(("Bits", "8"));

        Assert.NotNull(Assert.Single(operators).Became);
        Assert.InRange(Difference.Of(OnnxFolder.Run(folder.File, x)["y"], OnnxFolder.Run(packed, x)["y"]), 1e-5, 0.02);
    }

    [Fact]
    public async Task A_weight_that_is_no_number_is_named()
    {
        ModelProto model = Model();
        float[] values = new SampleNumbers(1).Normals(64 * 64);
        values[64 + 5] = float.NaN;
        model.Graph.Initializer[0].RawData = Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        using var folder = OnnxFolder.With(model);

        var error = await Assert.ThrowsAsync<ModelPackException>(() => folder.PackAsync());

        Assert.Equal("MPK1406", error.Code);
        Assert.Contains("tensor w holds NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_that_are_too_far_from_the_source_fail_the_gate_and_nothing_is_published()
    {
        using var folder = OnnxFolder.With(Model());
        string output = Path.Combine(folder.Root, "out");

        var error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(folder.Request(null, ("Bits", "2"), ("MinCosine", "0.99")) with { OutputFolder = output }));

        Assert.Equal("MPK2033", error.Code);
        Assert.False(Directory.Exists(output));
        _ = await folder.PackAsync(("Bits", "8"), ("MinCosine", "0.99"));
    }

    [Fact]
    public async Task A_limit_that_nothing_was_measured_for_is_an_error_and_a_model_without_one_gets_a_warning()
    {
        // 3 x rows x columns must be 300 elements: no guess fits.
        var graph = new OnnxGraphBuilder("unguessable");
        graph.Input("x", OnnxElementType.Float32, 3, "rows", "columns");
        string flat = graph.Node("Reshape", ["x", graph.Initializer<long>("shape", [2], [5, 60])], "flat");
        graph.Node("MatMul", [flat, graph.Initializer<float>("w", [60, 64], new SampleNumbers(1).Normals(60 * 64))], "y");
        graph.Output("y", OnnxElementType.Float32, 5, 64);
        using var folder = OnnxFolder.With(graph.Build());

        PackResult result = await folder.PackAsync(("Bits", "8"));

        Assert.Equal("MPK1463", Assert.Single(folder.Warnings).Code);
        Assert.Null(result.Manifest.Agreement);
        Assert.Equal(1, result.Manifest.Verification.Kernels);
        Assert.Equal("MPK2034", (await Assert.ThrowsAsync<ModelPackException>(() => folder.PackAsync(("Bits", "8"), ("MinCosine", "0.9")))).Code);
    }

    [Fact]
    public void Settings_of_onnx_models_are_refused_for_language_models()
    {
        string tinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");
        using var folder = OnnxFolder.With(Model());
        Assert.Equal("MPK1304", Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request(tinyTales, ("Method", "dynamic")))).Code);
        Assert.Equal("MPK1304", Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request(tinyTales, ("MinCosine", "0.9")))).Code);
        Assert.Equal("MPK1311", Assert.Throws<ModelPackException>(() => Packer.Plan(folder.Request(tinyTales, ("MinTopAgreement", "0.9")))).Code);
    }

    private static ModelProto Model()
    {
        var graph = new OnnxGraphBuilder("refused");
        graph.Input("x", OnnxElementType.Float32, 2, 64);
        graph.Node("MatMul", ["x", graph.Initializer<float>("w", [64, 64], new SampleNumbers(1).Normals(64 * 64))], "y");
        graph.Output("y", OnnxElementType.Float32, 2, 64);
        return graph.Build();
    }

    private static ValueInfoProto Declared(TensorProto tensor)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(tensor.Dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
        return new ValueInfoProto { Name = tensor.Name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = tensor.DataType, Shape = shape } } };
    }
}
