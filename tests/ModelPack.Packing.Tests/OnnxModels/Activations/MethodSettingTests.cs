using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.OnnxModels.Activations;

public sealed class MethodSettingTests
{
    [Theory]
    [InlineData("Method=static", "Calibration")]
    [InlineData("Method=dynamic;Bits=4", "Bits is 4")]
    [InlineData("Method=dynamic;Override=w=4", "none")]
    [InlineData("Method=dynamic;Target=cuda", "Target cpu")]
    [InlineData("Method=dynamic;ActivationRange=mse", "ActivationRange is for Method static")]
    [InlineData("Override=w=8,32,dynamic", "Override")]
    public async Task What_does_not_fit_is_refused_by_name(string settings, string named)
    {
        using OnnxFolder folder = OnnxFolder.With(Product());
        (string, string)[] pairs = [.. settings.Split(';').Select(setting => (setting.Split('=', 2)[0], setting.Split('=', 2)[1]))];
        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => folder.PackAsync(pairs));
        Assert.Equal("MPK1465", error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manifest_says_what_became_of_each_operator_and_how_far_off_it_is()
    {
        using OnnxFolder folder = OnnxFolder.With(Product());
        PackManifest manifest = (await folder.PackAsync(("Method", "dynamic"))).Manifest;

        ManifestOperator op = Assert.Single(manifest.Operators!);
        Assert.Equal(("MatMul", "w", "DynamicQuantizeMatMul"), (op.Type, op.Weight, op.Became));
        Assert.InRange(op.Error!.Value, 1e-5, 0.02);
        ManifestWeight weight = Assert.Single(manifest.Weights, weight => weight.Name == "w");
        Assert.Equal((8, "dynamic", 64 * (96 + 4)), (weight.Bits, weight.Method, (int)weight.Bytes));
        Assert.InRange(weight.RelativeError, 1e-4, 0.01);
        Assert.True(manifest.Agreement!.Cosine > 0.999);
        Assert.Contains("Method=dynamic", manifest.Recipe, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_from_files_fix_the_ranges()
    {
        using OnnxFolder folder = OnnxFolder.With(Product());
        string samples = Directory.CreateDirectory(Path.Combine(folder.Root, "samples")).FullName;
        for (int i = 0; i < 4; i++)
        {
            File.WriteAllText(Path.Combine(samples, $"{i}.json"), $"{{\"x\": [[{string.Join(", ", Gaussian.Values(96, i).Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]]}}");
        }

        (ManifestOperator[] operators, string packed) = await folder.PackedAsync(("Method", "static"), ("Calibration", samples), ("ActivationRange", "minmax"));
        Assert.Equal("MatMulIntegerToFloat", Assert.Single(operators).Became);
        using OnnxModel model = OnnxModel.Open(packed);
        Assert.Contains("QuantizeLinear", model.Proto.Graph.Node.Select(node => node.OpType));
    }

    [Fact]
    public async Task A_weight_that_an_override_leaves_alone_stays_float()
    {
        using OnnxFolder folder = OnnxFolder.With(Product());
        (ManifestOperator[] operators, _) = await folder.PackedAsync(("Method", "dynamic"), ("Override", "w=none"));
        ManifestOperator op = Assert.Single(operators);
        Assert.Null(op.Became);
        Assert.Equal("Override leaves its weight alone", op.Reason);
    }

    private static ModelProto Product()
    {
        var builder = new OnnxGraphBuilder("test", 17);
        builder.Input("x", OnnxElementType.Float32, "rows", 96);
        builder.Initializer<float>("w", [96, 64], Gaussian.Values(96 * 64, 1));
        builder.Node("MatMul", ["x", "w"], "y");
        builder.Output("y", OnnxElementType.Float32, "rows", 64);
        return builder.Build(8);
    }
}
