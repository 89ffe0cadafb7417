using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>What limits on the quality of a model do to a build.</summary>
public sealed class GateTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";
    private const string Strict = "-p:TestLimit=0.000001";
    private const string Loose = "-p:TestLimit=50";

    private readonly Workspace _workspace = new();
    private readonly string _project;

    public GateTests()
    {
        string tinyTales = Path.Combine(ModelPack.Tests.SharedFolder.Repository, "samples", "models", "tinytales");
        _workspace.Write("stories.txt", File.ReadAllText(Path.Combine(tinyTales, "eval.txt"))[..8000]);
        _project = _workspace.ModelProject(
            "App",
            $"""<QuantizedModel Include="{tinyTales}" Name="fox" EvaluationText="../stories.txt" MaxKlDivergence="$(TestLimit)" />""");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Within_its_limit_a_model_is_published_with_its_perplexity_and_the_next_build_does_nothing()
    {
        BuildOutcome first = _workspace.Dotnet("build", _project, Loose).Succeeded();
        Assert.Equal((1, 1), (first.Plans, first.Runs));
        Assert.Matches(@"^ModelPack: fox .* rtn int4 g32, perplexity [0-9.]+ -> [0-9.]+ \([+-][0-9.]+ %\), ", Assert.Single(first.Summaries));
        Assert.Contains("\"klDivergence\": ", _workspace.Manifest(Output, "fox"), StringComparison.Ordinal);

        BuildOutcome second = _workspace.Dotnet("build", _project, "--no-restore", Loose).Succeeded();
        Assert.Equal((0, 0), (second.Plans, second.Runs));
        Assert.Empty(second.TasksOf("ModelPackQuantize"));
    }

    [Fact]
    public void Over_its_limit_nothing_is_published_however_often_it_is_built_and_a_looser_limit_costs_no_quantization()
    {
        var error = _workspace.Dotnet("build", _project, Strict).FailedWith("MPK2031");
        Assert.EndsWith("App.csproj", error.File, StringComparison.Ordinal);
        Assert.Contains("fox", error.Text, StringComparison.Ordinal);
        Assert.Contains("MaxKlDivergence", error.Text, StringComparison.Ordinal);
        Assert.Empty(_workspace.PackedFiles(Output, "fox"));

        BuildOutcome again = _workspace.Dotnet("build", _project, "--no-restore", Strict);
        again.FailedWith("MPK2031");
        Assert.Equal((1, 0), (again.Plans, again.Runs));
        Assert.Empty(_workspace.PackedFiles(Output, "fox"));

        BuildOutcome loosened = _workspace.Dotnet("build", _project, "--no-restore", Loose).Succeeded();
        Assert.Equal((1, 0), (loosened.Plans, loosened.Runs));
        Assert.Contains("model.onnx", _workspace.PackedFiles(Output, "fox"));
    }

    [Fact]
    public void A_tightened_limit_and_an_edited_text_are_never_passed_over_and_an_older_good_output_stays()
    {
        _workspace.Dotnet("build", _project, Loose).Succeeded();
        string good = _workspace.Manifest(Output, "fox")!;

        BuildOutcome tightened = _workspace.Dotnet("build", _project, "--no-restore", Strict);
        tightened.FailedWith("MPK2031");
        Assert.Equal((1, 0), (tightened.Plans, tightened.Runs));
        Assert.Equal(good, _workspace.Manifest(Output, "fox"));

        File.AppendAllText(_workspace.PathOf("stories.txt"), "The fox went home, and the lantern went out.");
        BuildOutcome edited = _workspace.Dotnet("build", _project, "--no-restore", Loose).Succeeded();
        Assert.Equal((1, 1), (edited.Plans, edited.Runs));
        Assert.NotEqual(good, _workspace.Manifest(Output, "fox"));
    }
}
