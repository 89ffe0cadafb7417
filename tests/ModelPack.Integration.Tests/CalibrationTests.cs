using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>Calibrated quantization in a build.</summary>
public sealed class CalibrationTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";

    private readonly Workspace _workspace = new();
    private readonly string _project;

    public CalibrationTests()
    {
        string tinyTales = Path.Combine(ModelPack.Tests.SharedFolder.Repository, "samples", "models", "tinytales");
        _workspace.Write("typical.txt", File.ReadAllText(Path.Combine(tinyTales, "eval.txt"))[..20000]);
        _project = _workspace.ModelProject(
            "App",
            $"""<QuantizedModel Include="{tinyTales}" Name="fox" Method="gptq" Calibration="../typical.txt" CalibrationSamples="$(TestSamples)" CalibrationLength="128" />""");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_build_calibrates_once_and_again_when_the_text_has_changed()
    {
        BuildOutcome first = _workspace.Dotnet("build", _project, "-p:TestSamples=12").Succeeded();
        Assert.Matches("^ModelPack: fox .* gptq int4 g32, ", Assert.Single(first.Summaries));
        string manifest = _workspace.Manifest(Output, "fox")!;
        Assert.Contains("\"source\": \"typical.txt\"", manifest, StringComparison.Ordinal);

        BuildOutcome second = _workspace.Dotnet("build", _project, "--no-restore", "-p:TestSamples=12").Succeeded();
        Assert.Equal((0, 0), (second.Plans, second.Runs));

        File.WriteAllText(_workspace.PathOf("typical.txt"), File.ReadAllText(_workspace.PathOf("typical.txt"))[4000..]);
        BuildOutcome edited = _workspace.Dotnet("build", _project, "--no-restore", "-p:TestSamples=12").Succeeded();
        Assert.Equal((1, 1), (edited.Plans, edited.Runs));
        Assert.NotEqual(manifest, _workspace.Manifest(Output, "fox"));
    }

    [Fact]
    public void Too_little_text_for_a_weight_is_a_warning_of_the_project_that_names_it()
    {
        BuildOutcome built = _workspace.Dotnet("build", _project, "-p:TestSamples=3").Succeeded();

        Assert.Contains(built.Find<Microsoft.Build.Logging.StructuredLogger.Warning>(), warning => warning.Code == "MPK1650" && warning.Text.Contains("384 tokens for 256 inputs", StringComparison.Ordinal));
    }
}
