using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Quantization.Activations;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels.Activations;

public sealed class StaticTests
{
    private static readonly ActivationSettings Fixed = new() { IsStatic = true };

    [Theory]
    [InlineData(RangeMethod.MinMax)]
    [InlineData(RangeMethod.MeanSquaredError)]
    [InlineData(RangeMethod.Percentile)]
    public void Convolutions_pools_and_a_residual_sum_run_on_integers_alone(RangeMethod range)
    {
        ModelProto model = Residual(operatorSet: 17);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, 8, 12, 12]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples, Fixed with { Range = range }));

        Assert.All(outcome.Value.Operators, op => Assert.Equal((op.Type == "Conv" ? "QLinearConv" : "QGemm", string.Empty), (op.Form, op.Reason)));
        string[] running = Quantized.Running(outcome.Proto);
        Assert.DoesNotContain("Conv", running);
        Assert.DoesNotContain("Relu", running);
        Assert.Equal(3, running.Count(op => op == "QLinearConv"));
        Assert.Contains("QLinearAdd", running);
        Assert.Contains("QGemm", running);
        Assert.Single(running, op => op == "QuantizeLinear");
        Assert.InRange(Difference.Of(Quantized.Run(model, samples[0])[0], Quantized.Run(outcome.Proto, samples[0])[0]), 1e-4, 0.06);
    }

    [Fact]
    public void An_old_operator_set_is_raised_and_means_the_same()
    {
        ModelProto model = Residual(operatorSet: 9);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, 8, 12, 12]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples, Fixed));

        Assert.Contains("operator set 9 became 13", Assert.Single(outcome.Value.Changes), StringComparison.Ordinal);
        Assert.Equal(13, outcome.Value.Model.OperatorSet(string.Empty));
        Assert.Equal(3, Quantized.Running(outcome.Proto).Count(op => op == "QLinearConv"));
        Assert.InRange(Difference.Of(Quantized.Run(model, samples[0])[0], Quantized.Run(outcome.Proto, samples[0])[0]), 1e-4, 0.06);
    }

    [Fact]
    public void A_product_with_bias_multiplies_integers_and_gives_floats()
    {
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 2, 9, 48);
        builder.Initializer<float>("w", [48, 40], Gaussian.Values(48 * 40, 1));
        builder.Initializer<float>("b", [40], Gaussian.Values(40, 2));
        builder.Node("MatMul", ["x", "w"], "p");
        builder.Node("Add", ["p", "b"], "y");
        builder.Output("y", OnnxElementType.Float32, 2, 9, 40);
        ModelProto model = builder.Build(8);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [2, 9, 48]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples, Fixed));

        Assert.Equal(["QuantizeLinear", "Reshape", "QGemm", "Reshape"], Quantized.Running(outcome.Proto));
        Assert.InRange(Difference.Of(Quantized.Run(model, samples[1])[0], Quantized.Run(outcome.Proto, samples[1])[0]), 1e-4, 0.02);
    }

    [Fact]
    public void Channels_of_unlike_ranges_are_smoothed()
    {
        const int Channels = 32;
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 1, Channels, 16);
        builder.Initializer<float>("spread", [1, Channels, 1], [.. Enumerable.Range(0, Channels).Select(i => i % 8 == 0 ? 100f : 1f)]);
        builder.Initializer<float>("w", [16, Channels, 3], [.. Gaussian.Values(16 * Channels * 3, 3).Select((v, i) => i / 3 % 8 == 0 ? v / 100 : v)]);
        builder.Node("Mul", ["x", "spread"], "s");
        builder.Node("Conv", ["s", "w"], "y", ("pads", new long[] { 1, 1 }), ("kernel_shape", new long[] { 3 }));
        builder.Output("y", OnnxElementType.Float32, 1, 16, 16);
        ModelProto model = builder.Build(8);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, Channels, 16]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples, Fixed));

        OperatorOutcome op = Assert.Single(outcome.Value.Operators);
        Assert.Equal("QLinearConv", op.Form);
        Assert.InRange(op.Error!.Value, 0, 0.03);
        Assert.Equal(2, outcome.Nodes.Count(node => node == "Mul"));
        Assert.Contains("QLinearConv", Quantized.Running(outcome.Proto));
    }

    [Fact]
    public void Parts_of_a_concat_share_one_scale()
    {
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 1, 8, 6, 6);
        foreach ((string name, int inputs, int seed) in new[] { ("a", 8, 4), ("b", 8, 5), ("c", 16, 6) })
        {
            builder.Initializer<float>("w" + name, [8, inputs, 1, 1], Gaussian.Values(8 * inputs, seed));
        }

        builder.Node("Conv", ["x", "wa"], "a");
        builder.Node("Conv", ["x", "wb"], "b");
        builder.Node("Concat", ["a", "b"], "ab", ("axis", 1));
        builder.Node("Conv", ["ab", "wc"], "y");
        builder.Output("y", OnnxElementType.Float32, 1, 8, 6, 6);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, 8, 6, 6]);
        using OnnxModelScope outcome = new(Quantized.Of(builder.Build(8), samples, Fixed));

        Assert.Contains("QLinearConcat", Quantized.Running(outcome.Proto));
        Dictionary<string, NodeProto> dequantizers = outcome.Proto.Graph.Node.Where(node => node.OpType == "DequantizeLinear").ToDictionary(node => node.Output[0]);
        Dictionary<string, TensorProto> constants = outcome.Proto.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        Assert.Single(new[] { "a", "b", "ab" }.Select(name => constants[dequantizers[name].Input[1]].RawData).Distinct());
    }

    [Fact]
    public void The_same_samples_give_the_same_bytes_on_any_number_of_threads()
    {
        ModelProto model = Residual(operatorSet: 17);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, 8, 12, 12]);
        using OnnxModelScope first = new(Quantized.Of(model, samples, Fixed)), second = new(Quantized.Of(model, samples, Fixed with { Threads = 2 }));
        Assert.Equal(first.Proto, second.Proto);
    }

    [Fact]
    public void A_value_that_is_not_finite_keeps_its_operator_float()
    {
        ModelProto model = Residual(operatorSet: 17);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [1, 8, 12, 12], 1, value => value > 2 ? float.PositiveInfinity : value);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples, Fixed));
        Assert.Contains("is not finite on the samples", outcome.Value.Operators[0].Reason, StringComparison.Ordinal);
    }

    // Two convolutions, the sum with the first one's result, pooling, a strided convolution, a product: as residual networks are made.
    private static ModelProto Residual(int operatorSet)
    {
        var builder = new OnnxGraphBuilder("test", operatorSet);
        builder.Input("x", OnnxElementType.Float32, 1, 8, 12, 12);
        void Convolve(string x, string y, int seed, int stride = 1)
        {
            builder.Initializer<float>(y + "w", [8, 8, 3, 3], [.. Gaussian.Values(8 * 8 * 9, seed).Select(v => v / 8)]);
            builder.Initializer<float>(y + "b", [8], [.. Gaussian.Values(8, seed + 1).Select(v => v / 4)]);
            builder.Node("Conv", [x, y + "w", y + "b"], y, ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { stride, stride }));
        }

        Convolve("x", "c1", 10);
        builder.Node("Relu", ["c1"], "r1");
        Convolve("r1", "c2", 20);
        builder.Node("Add", ["c2", "r1"], "sum");
        builder.Node("Relu", ["sum"], "r2");
        builder.Node("MaxPool", ["r2"], "pool", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        Convolve("pool", "c3", 30, stride: 2);
        builder.Node("Relu", ["c3"], "r3");
        builder.Node("Flatten", ["r3"], "flat");
        builder.Initializer<float>("wg", [10, 72], Gaussian.Values(720, 40));
        builder.Initializer<float>("bg", [10], Gaussian.Values(10, 41));
        builder.Node("Gemm", ["flat", "wg", "bg"], "y", ("transB", 1));
        builder.Output("y", OnnxElementType.Float32, 1, 10);
        return builder.Build(operatorSet < 13 ? 4 : 8);
    }
}
