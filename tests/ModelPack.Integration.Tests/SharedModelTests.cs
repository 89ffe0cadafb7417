using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>Models that several projects or target frameworks get from one item or declare twice.</summary>
public sealed class SharedModelTests : IDisposable
{
    // The second framework is one that builds without a workload and without a package of its own.
    private const string TwoFrameworks = """
        <TargetFramework /><TargetFrameworks>net10.0;net10.0-browser</TargetFrameworks>
        <TargetPlatformSupported>true</TargetPlatformSupported><TargetPlatformVersionSupported>true</TargetPlatformVersionSupported>
        <TargetPlatformVersion Condition="$(TargetFramework.EndsWith('-browser'))">1.0</TargetPlatformVersion>
        """;

    private readonly Workspace _workspace = new();

    public SharedModelTests() => TinyModel.Write(_workspace.PathOf("models/fox"));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Two_target_frameworks_pack_once_and_both_get_the_files()
    {
        string project = _workspace.ModelProject(
            "Library",
            """<QuantizedModel Include="../models/fox" Bits="4" />""",
            TwoFrameworks);

        BuildOutcome build = _workspace.Dotnet("build", project, "-m:2").Succeeded();

        Assert.Single(StoredModels());
        Assert.Single(Directory.GetFiles(_workspace.PathOf("Library/obj/modelpack"), "*.plan"));
        Assert.NotEmpty(_workspace.PackedFiles("Library/bin/Debug/net10.0", "fox"));
        Assert.NotEmpty(_workspace.PackedFiles("Library/bin/Debug/net10.0-browser", "fox"));
        Assert.InRange(build.Summaries.Count, 1, 2);

        BuildOutcome again = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (again.Plans, again.Runs));
    }

    [Fact]
    public void Two_projects_with_one_model_at_once_pack_once_and_their_consumer_publishes()
    {
        const string Item = """<QuantizedModel Include="../models/fox" Bits="4" />""";
        _workspace.ModelProject("First", Item, "");
        _workspace.ModelProject("Second", Item, "");
        string app = _workspace.Project("App", """<ProjectReference Include="../First/First.csproj" /><ProjectReference Include="../Second/Second.csproj" />""");

        _workspace.Dotnet("build", app, "-m:2").Succeeded();
        Assert.Single(StoredModels());
        Assert.NotEmpty(_workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));

        BuildOutcome publish = _workspace.Dotnet("publish", app, "--no-restore", "-c", "Debug", "-o", _workspace.PathOf("published")).Succeeded();
        Assert.Equal(0, publish.Runs);
        Assert.NotEmpty(_workspace.PackedFiles("published", "fox"));
    }

    [Fact]
    public void A_library_hands_its_model_to_an_app_and_a_test_project_two_hops_away()
    {
        _workspace.ModelProject("Library", """<QuantizedModel Include="../models/fox" Bits="4" />""", "");
        _workspace.Project("Middle", """<ProjectReference Include="../Library/Library.csproj" />""", "");
        string app = _workspace.Project("App", """<ProjectReference Include="../Middle/Middle.csproj" />""");
        string tests = _workspace.Project("Tests", """<ProjectReference Include="../App/App.csproj" />""", "<IsTestProject>true</IsTestProject>");

        _workspace.Dotnet("build", tests, "-graph").Succeeded();
        string[] files = _workspace.PackedFiles("Library/bin/Debug/net10.0", "fox");
        Assert.NotEmpty(files);
        Assert.Equal(files, _workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));
        Assert.Equal(files, _workspace.PackedFiles("Tests/bin/Debug/net10.0", "fox"));

        Directory.Delete(_workspace.PathOf("App/bin"), recursive: true);
        BuildOutcome alone = _workspace.Dotnet("build", app, "--no-restore", "--no-dependencies").Succeeded();
        Assert.Equal((0, 0), (alone.Plans, alone.Runs));
        Assert.Equal(files, _workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));

        BuildOutcome publish = _workspace.Dotnet("publish", app, "--no-restore", "-c", "Debug", "-o", _workspace.PathOf("published")).Succeeded();
        Assert.Equal((0, 0), (publish.Plans, publish.Runs));
        Assert.Equal(files, _workspace.PackedFiles("published", "fox"));
    }

    [Fact]
    public void A_package_with_a_model_hands_it_to_its_consumer_and_to_that_ones_consumer()
    {
        string library = _workspace.ModelProject(
            "Library",
            """<QuantizedModel Include="../models/fox" Bits="4" Pack="true" /><QuantizedModel Include="../models/fox" Name="private" Bits="8" />""",
            TwoFrameworks + "<PackageId>Fox.Stories</PackageId>");
        _workspace.Dotnet("pack", library, "-o", _workspace.PathOf("packages")).Succeeded();

        using (var package = System.IO.Compression.ZipFile.OpenRead(_workspace.PathOf("packages/Fox.Stories.1.0.0.nupkg")))
        {
            string[] entries = [.. package.Entries.Select(entry => entry.FullName)];
            Assert.Single(entries, entry => entry == "models/fox/model.onnx");
            Assert.Contains("build/Fox.Stories.targets", entries);
            Assert.Contains("buildTransitive/Fox.Stories.targets", entries);
            Assert.DoesNotContain(entries, entry => entry.Contains("private", StringComparison.Ordinal));
        }

        const string OwnPackages = "<OutputType>Exe</OutputType><RestorePackagesPath>$(MSBuildThisFileDirectory)../extracted</RestorePackagesPath>";
        _workspace.Project("Consumer", """<PackageReference Include="Fox.Stories" Version="1.0.0" />""", OwnPackages.Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal));
        string app = _workspace.Project("App", """<ProjectReference Include="../Consumer/Consumer.csproj" />""", OwnPackages);
        _workspace.Dotnet("publish", app, "-c", "Debug", "-o", _workspace.PathOf("published")).Succeeded();

        string[] files = _workspace.PackedFiles("Library/bin/Release/net10.0", "fox");
        Assert.NotEmpty(files);
        Assert.Equal(files, _workspace.PackedFiles("Consumer/bin/Debug/net10.0", "fox"));
        Assert.Equal(files, _workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));
        Assert.Equal(files, _workspace.PackedFiles("published", "fox"));
    }

    private string[] StoredModels() => Directory.GetFiles(_workspace.Store, "modelpack.json", SearchOption.AllDirectories);
}
