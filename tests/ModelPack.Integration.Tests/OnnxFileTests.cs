using ModelPack.Integration.Tests.Builds;
using ModelPack.Tests;

namespace ModelPack.Integration.Tests;

/// <summary>ONNX files as items of real builds.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void An_onnx_file_is_packed_once_and_again_when_a_sample_is_added()
    {
        Take("lenet-mnist-onnx/model.onnx", "models/digits.onnx");
        Sample("0");
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/digits.onnx" Bits="8" Calibration="../models/samples" MinCosine="0.99" />""");

        BuildOutcome build = _workspace.Dotnet("build", project).Succeeded();
        Assert.Equal((1, 1), (build.Plans, build.Runs));
        Assert.Equal(["model.onnx", "model.onnx.data", "modelpack.json", "report.html", "report.json"], _workspace.PackedFiles(Output, "digits"));
        string manifest = _workspace.Manifest(Output, "digits")!;
        Assert.Contains("\"became\": \"MatMulNBits\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"count\": 1", manifest, StringComparison.Ordinal);

        BuildOutcome again = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (again.Plans, again.Runs));

        Sample("1");
        BuildOutcome more = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((1, 1), (more.Plans, more.Runs));
        Assert.Contains("\"count\": 2", _workspace.Manifest(Output, "digits")!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_limit_that_is_missed_and_a_file_that_is_no_model_fail_the_build_at_the_project()
    {
        Take("lenet-mnist-onnx/model.onnx", "models/digits.onnx");
        _workspace.Write("models/text.onnx", "This is no model.");
        string strict = _workspace.ModelProject("Strict", """<QuantizedModel Include="../models/digits.onnx" Bits="2" MinCosine="0.99999" />""");
        string text = _workspace.ModelProject("Text", """<QuantizedModel Include="../models/text.onnx" Bits="8" />""");

        _workspace.Dotnet("build", strict).FailedWith("MPK2033");
        Assert.Contains("text.onnx", _workspace.Dotnet("build", text).FailedWith("MPK1103").Text, StringComparison.Ordinal);
        Assert.Empty(_workspace.PackedFiles("Strict/bin/Debug/net10.0", "digits"));
    }

    private void Take(string name, string path)
    {
        string file = SharedFolder.Require($"models/{name}");
        Directory.CreateDirectory(Path.GetDirectoryName(_workspace.PathOf(path))!);
        File.WriteAllBytes(_workspace.PathOf(path), File.ReadAllBytes(file));
    }

    private void Sample(string digit)
    {
        string row = "[" + string.Join(",", Enumerable.Range(0, 28).Select(column => column is > 9 and < 18 ? "0.9" : "0")) + "]";
        _workspace.Write($"models/samples/{digit}.json", $$"""{"input": [[[{{string.Join(",", Enumerable.Repeat(row, 28))}}]]]}""");
    }
}
