using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels.Activations;

public sealed class DynamicTests
{
    [Theory]
    [InlineData("MatMul")]
    [InlineData("MatMul and bias")]
    [InlineData("Gemm")]
    [InlineData("Gemm transposed with alpha and beta")]
    public void A_product_becomes_one_operator_with_the_result_of_the_float_one(string kind)
    {
        const int Inputs = 65, Outputs = 33;
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, "rows", Inputs);
        float[] weight = Gaussian.Values(Inputs * Outputs, 1), bias = Gaussian.Values(Outputs, 2);
        bool transposed = kind.Contains("transposed", StringComparison.Ordinal);
        builder.Initializer<float>("w", transposed ? [Outputs, Inputs] : [Inputs, Outputs], weight);
        builder.Initializer<float>("b", [Outputs], bias);
        switch (kind)
        {
            case "MatMul":
                builder.Node("MatMul", ["x", "w"], "y");
                break;
            case "MatMul and bias":
                builder.Node("MatMul", ["x", "w"], "product");
                builder.Node("Add", ["b", "product"], "y");
                break;
            case "Gemm":
                builder.Node("Gemm", ["x", "w"], "y");
                break;
            default:
                builder.Node("Gemm", ["x", "w", "b"], "y", ("transB", 1), ("alpha", 0.5f), ("beta", -2f));
                break;
        }

        builder.Output("y", OnnxElementType.Float32, "rows", Outputs);
        ModelProto model = builder.Build(8);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [7, Inputs]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples));

        Assert.Equal(["DynamicQuantizeMatMul"], outcome.Nodes);
        OperatorOutcome op = Assert.Single(outcome.Value.Operators);
        Assert.Equal(("DynamicQuantizeMatMul", "w"), (op.Form, op.Weight));
        Assert.InRange(op.Error!.Value, 1e-4, 0.015);
        Assert.InRange(op.Stored!.RelativeError, 1e-4, 0.01);
        Assert.Equal(op.Error!.Value, Difference.Of(Quantized.Run(model, samples[0])[0], Quantized.Run(outcome.Proto, samples[0])[0]), 0.005);
    }

    [Fact]
    public void A_recurrent_layer_keeps_its_three_results()
    {
        const int Inputs = 24, Hidden = 16;
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 5, 2, Inputs);
        builder.Initializer<float>("w", [2, 4 * Hidden, Inputs], [.. Gaussian.Values(8 * Hidden * Inputs, 3).Select(v => v / 5)]);
        builder.Initializer<float>("r", [2, 4 * Hidden, Hidden], [.. Gaussian.Values(8 * Hidden * Hidden, 4).Select(v => v / 4)]);
        builder.Initializer<float>("b", [2, 8 * Hidden], Gaussian.Values(16 * Hidden, 5));
        builder.Node("LSTM", ["x", "w", "r", "b"], ["y", "h", "c"], ("hidden_size", Hidden), ("direction", "bidirectional"));
        builder.Output("y", OnnxElementType.Float32, 5, 2, 2, Hidden);
        builder.Output("h", OnnxElementType.Float32, 2, 2, Hidden);
        builder.Output("c", OnnxElementType.Float32, 2, 2, Hidden);
        ModelProto model = builder.Build(8);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [5, 2, Inputs]);
        using OnnxModelScope outcome = new(Quantized.Of(model, samples));

        Assert.Equal(["DynamicQuantizeLSTM"], outcome.Nodes);
        Assert.All(
            Quantized.Run(model, samples[0]).Zip(Quantized.Run(outcome.Proto, samples[0])),
            pair => Assert.InRange(Difference.Of(pair.First, pair.Second), 1e-5, 0.03));
    }

    [Fact]
    public void A_weight_behind_operators_on_constants_in_a_branch_is_found_and_the_branch_that_no_sample_takes_stays_float()
    {
        ModelProto model = Branches();
        SampleInput sample = Quantized.Samples("x", [3, 32])[0];
        sample = sample with { Tensors = new Dictionary<string, SampleTensor>(sample.Tensors) { ["which"] = SampleTensor.Of<bool>([], [true]) } };
        using OnnxModelScope outcome = new(Quantized.Of(model, [sample]));

        Assert.Equal(
            [("yes/then_branch/product", "DynamicQuantizeMatMul", "w1"), ("yes/else_branch/product", null, "w2")],
            outcome.Value.Operators.Select(op => (op.Name, op.Form, op.Weight)));
        Assert.Equal("no sample reached it", outcome.Value.Operators[1].Reason);
        Assert.InRange(Difference.Of(Quantized.Run(model, sample)[0], Quantized.Run(outcome.Proto, sample)[0]), 1e-4, 0.02);
    }

    [Fact]
    public void What_training_quantized_keeps_its_codes()
    {
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 4, 8);
        builder.Initializer<sbyte>("codes", [8, 8], [.. Enumerable.Range(-32, 64).Select(i => (sbyte)i)]);
        builder.Initializer<float>("scale", [], [0.1f]);
        builder.Initializer<sbyte>("zero", [], [0]);
        builder.Node("DequantizeLinear", ["codes", "scale", "zero"], "w");
        builder.Node("MatMul", ["x", "w"], "y");
        builder.Output("y", OnnxElementType.Float32, 4, 8);
        ModelProto model = builder.Build(8);
        foreach (bool isStatic in new[] { false, true })
        {
            using OnnxModelScope outcome = new(Quantized.Of(model, Quantized.Samples("x", [4, 8]), new ActivationSettings { IsStatic = isStatic }));
            Assert.Equal(["DequantizeLinear", "MatMul"], outcome.Nodes);
            Assert.Equal("quantized already; its scales are kept", Assert.Single(outcome.Value.Operators).Reason);
        }
    }

    [Fact]
    public void The_worst_operators_stay_float_until_the_outputs_meet_their_limit()
    {
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 16, 64);
        builder.Initializer<float>("fine", [64, 64], Gaussian.Values(64 * 64, 6));
        // One input a thousand times as large as the rest takes all codes of the second product.
        builder.Initializer<float>("spread", [64], [.. Enumerable.Range(0, 64).Select(i => i == 0 ? 300f : 1f)]);
        builder.Initializer<float>("coarse", [64, 64], [.. Gaussian.Values(64 * 64, 7).Select((v, i) => i < 64 ? 0 : v)]);
        builder.Node("MatMul", ["x", "fine"], "first");
        builder.Node("Mul", ["first", "spread"], "spreaded");
        builder.Node("MatMul", ["spreaded", "coarse"], "y");
        builder.Output("y", OnnxElementType.Float32, 16, 64);
        IReadOnlyList<SampleInput> samples = Quantized.Samples("x", [16, 64]);
        using OnnxModelScope strict = new(Quantized.Of(builder.Build(8), samples, new ActivationSettings { MinCosine = 0.9999 }));
        using OnnxModelScope loose = new(Quantized.Of(builder.Build(8), samples, new ActivationSettings { MinCosine = 0 }));

        Assert.Equal(["DynamicQuantizeMatMul", null], strict.Value.Operators.Select(op => op.Form));
        Assert.True(strict.Value.Agreement.Cosine >= 0.9999);
        Assert.True(strict.Value.Operators[1].Error > strict.Value.Operators[0].Error);
        Assert.True(loose.Value.Operators[1].Form is not null || loose.Value.Operators[1].Error > ActivationQuantizer.ErrorBudget);
        Assert.True(loose.Value.Agreement.Cosine < 0.9999 || loose.Value.Operators[1].Form is null);
    }

    private static ModelProto Branches()
    {
        GraphProto Branch(string name, int seed)
        {
            var branch = new OnnxGraphBuilder(name, 17);
            branch.Node("Constant", [], name, ("value", OnnxGraphBuilder.Tensor<float>([16, 32], Gaussian.Values(512, seed))));
            branch.Node("Transpose", [name], name + "t", ("perm", new long[] { 1, 0 }));
            branch.Node("MatMul", ["x", name + "t"], [name + "y"]).Name = "product";
            branch.Output(name + "y", OnnxElementType.Float32, 3, 16);
            return branch.BuildGraph();
        }

        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, 3, 32);
        builder.Input("which", OnnxElementType.Bool);
        builder.Node("If", ["which"], ["y"], ("then_branch", Branch("w1", 8)), ("else_branch", Branch("w2", 9))).Name = "yes";
        builder.Output("y", OnnxElementType.Float32, 3, 16);
        return builder.Build(8);
    }
}
