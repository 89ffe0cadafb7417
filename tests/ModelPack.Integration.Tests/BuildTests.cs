using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>One project with one model: what building it again and again does.</summary>
public sealed class BuildTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";
    private const string Item = """<QuantizedModel Include="../models/fox" Bits="$(TestBits)" />""";

    private readonly Workspace _workspace = new();
    private readonly string _project;

    public BuildTests()
    {
        TinyModel.Write(_workspace.PathOf("models/fox"));
        _project = _workspace.ModelProject("App", Item, "<OutputType>Exe</OutputType><TestBits Condition=\"'$(TestBits)' == ''\">4</TestBits>");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_first_build_packs_the_next_does_nothing_and_a_rebuild_only_copies()
    {
        BuildOutcome first = _workspace.Dotnet("build", _project).Succeeded();
        Assert.Equal((1, 1), (first.Plans, first.Runs));
        Assert.Contains("fox", Assert.Single(first.Summaries), StringComparison.Ordinal);
        Assert.Contains("ModelPack: fox", first.Output, StringComparison.Ordinal);
        string[] files = _workspace.PackedFiles(Output, "fox");
        Assert.Contains("model.onnx", files);
        Assert.Contains("modelpack.json", files);

        BuildOutcome second = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (second.Plans, second.Runs));
        Assert.Equal(["PlanModels"], second.TasksOf("ModelPackPlan"));
        Assert.Empty(second.TasksOf("ModelPackQuantize"));
        Assert.Empty(second.Summaries);

        BuildOutcome rebuild = _workspace.Dotnet("build", _project, "--no-restore", "-t:Rebuild").Succeeded();
        Assert.Equal((0, 0), (rebuild.Plans, rebuild.Runs));
        Assert.Equal(files, _workspace.PackedFiles(Output, "fox"));

        _workspace.Dotnet("clean", _project).Succeeded();
        Assert.Empty(_workspace.PackedFiles(Output, "fox"));
        BuildOutcome afterClean = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (afterClean.Plans, afterClean.Runs));
        Assert.Equal(files, _workspace.PackedFiles(Output, "fox"));
    }

    [Fact]
    public void Other_bits_and_back_end_with_the_model_of_the_first_and_pack_only_once_each()
    {
        _workspace.Dotnet("build", _project).Succeeded();
        string four = _workspace.Manifest(Output, "fox")!;

        BuildOutcome toEight = _workspace.Dotnet("build", _project, "--no-restore", "-p:TestBits=8").Succeeded();
        Assert.Equal(1, toEight.Runs);
        Assert.NotEqual(four, _workspace.Manifest(Output, "fox"));

        BuildOutcome back = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (back.Plans, back.Runs));
        Assert.Equal(four, _workspace.Manifest(Output, "fox"));
    }

    [Fact]
    public void An_edited_source_is_packed_again_a_touched_one_is_not_and_a_deleted_one_is_an_error_that_names_it()
    {
        string weights = _workspace.PathOf("models/fox/model.safetensors");
        _workspace.Dotnet("build", _project).Succeeded();
        string before = _workspace.Manifest(Output, "fox")!;

        File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddSeconds(-1));
        BuildOutcome touched = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Assert.Equal((1, 0), (touched.Plans, touched.Runs));

        TinyModel.Write(_workspace.PathOf("models/fox"), seed: 2);
        BuildOutcome edited = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Assert.Equal(1, edited.Runs);
        string after = _workspace.Manifest(Output, "fox")!;
        Assert.NotEqual(before, after);

        File.Delete(weights);
        var error = _workspace.Dotnet("build", _project, "--no-restore").FailedWith("MPK1");
        Assert.Contains("models/fox", error.Text, StringComparison.Ordinal);
        Assert.EndsWith("App.csproj", error.File, StringComparison.Ordinal);
        Assert.Equal(after, _workspace.Manifest(Output, "fox"));
    }

    [Fact]
    public void Files_lost_from_the_store_are_made_again()
    {
        _workspace.Dotnet("build", _project).Succeeded();
        string[] files = _workspace.PackedFiles(Output, "fox");
        string lost = Assert.Single(Directory.GetFiles(_workspace.Store, "model.onnx.data", SearchOption.AllDirectories));
        Directory.Delete(Path.GetDirectoryName(lost)!, recursive: true);
        Directory.Delete(_workspace.PathOf("App/bin"), recursive: true);

        BuildOutcome repaired = _workspace.Dotnet("build", _project, "--no-restore").Succeeded();

        Assert.Equal((0, 1), (repaired.Plans, repaired.Runs));
        Assert.Equal(files, _workspace.PackedFiles(Output, "fox"));
    }

    [Fact]
    public void Copied_files_can_be_written_and_the_store_cannot()
    {
        _workspace.Dotnet("build", _project).Succeeded();

        string stored = Assert.Single(Directory.GetFiles(_workspace.Store, "model.onnx.data", SearchOption.AllDirectories));
        Assert.True(new FileInfo(stored).IsReadOnly);
        Assert.All(
            Directory.GetFiles(_workspace.PathOf(Output + "/models/fox")),
            file => Assert.False(new FileInfo(file).IsReadOnly, file));
    }

    [Fact]
    public void Everything_is_off_without_EnableModelPack()
    {
        BuildOutcome off = _workspace.Dotnet("build", _project, "-p:EnableModelPack=false").Succeeded();

        Assert.Equal((0, 0), (off.Plans, off.Runs));
        Assert.Empty(off.TasksOf("ModelPackPlan"));
        Assert.Empty(_workspace.PackedFiles(Output, "fox"));
        Assert.False(Directory.Exists(_workspace.Store));
    }

    [Fact]
    public void Without_QuantizeOnBuild_a_packed_model_is_used_and_a_missing_one_is_an_error_at_the_project()
    {
        var error = _workspace.Dotnet("build", _project, "-p:ModelPackQuantizeOnBuild=false").FailedWith("MPK3203");
        Assert.EndsWith("App.csproj", error.File, StringComparison.Ordinal);
        Assert.Contains("fox", error.Text, StringComparison.Ordinal);

        _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        Directory.Delete(_workspace.PathOf("App/bin"), recursive: true);
        BuildOutcome used = _workspace.Dotnet("build", _project, "--no-restore", "-p:ModelPackQuantizeOnBuild=false").Succeeded();
        Assert.Equal(0, used.Runs);
        Assert.NotEmpty(_workspace.PackedFiles(Output, "fox"));
    }

    [Fact]
    public void A_multithreaded_build_works()
    {
        BuildOutcome build = _workspace.Dotnet("build", _project, "-mt", "-p:ModelPackLowPriority=true", "-p:ModelPackMaxParallelism=1").Succeeded();

        Assert.Equal((1, 1), (build.Plans, build.Runs));
        Assert.NotEmpty(_workspace.PackedFiles(Output, "fox"));
    }

    [Fact]
    public void A_design_time_build_starts_nothing_and_knows_the_files_of_the_last_plan()
    {
        string[] designTime =
        [
            "-t:AssignTargetPaths;ModelPackCollectUpToDateCheck;Compile",
            "-p:DesignTimeBuild=true",
            "-p:BuildingProject=false",
            "-p:SkipCompilerExecution=true",
            "-p:ProvideCommandLineArgs=true",
        ];
        _workspace.Dotnet("restore", _project).Succeeded();

        BuildOutcome clean = _workspace.Dotnet("msbuild", _project, designTime).Succeeded();
        Assert.Equal((0, 0), (clean.Plans, clean.Runs));

        _workspace.Dotnet("build", _project, "--no-restore").Succeeded();
        BuildOutcome known = _workspace.Dotnet("msbuild", _project, [.. designTime, "-getItem:_NoneWithTargetPath", "-getItem:UpToDateCheckInput", "-p:TestBits=8"]).Succeeded();
        Assert.Equal((0, 0), (known.Plans, known.Runs));
        Assert.Contains("models/fox/model.onnx", known.Output, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", known.Output, StringComparison.Ordinal);
    }
}
