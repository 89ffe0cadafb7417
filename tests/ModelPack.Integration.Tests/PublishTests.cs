using System.Runtime.InteropServices;
using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>What lands in a publish folder, and when.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public PublishTests() => TinyModel.Write(_workspace.PathOf("models/fox"));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_single_file_is_published_with_its_model_beside_it()
    {
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/fox" Bits="4" />""");

        _workspace.Dotnet(
            "publish",
            project,
            "-r",
            RuntimeInformation.RuntimeIdentifier,
            "--no-self-contained",
            "-p:PublishSingleFile=true",
            "-p:EnableSingleFileAnalyzer=false",
            "-p:IncludeAllContentForSelfExtract=true",
            "-o",
            _workspace.PathOf("published")).Succeeded();

        Assert.NotEmpty(_workspace.PackedFiles("published", "fox"));
        Assert.False(File.Exists(_workspace.PathOf("published/App.dll")));
    }

    [Fact]
    public void Publish_without_build_takes_what_a_build_made_and_fails_without_it()
    {
        _workspace.ModelProject("Library", """<QuantizedModel Include="../models/fox" Bits="4" />""", "");
        string app = _workspace.Project("App", """<ProjectReference Include="../Library/Library.csproj" />""");
        string[] publish = ["--no-build", "-c", "Debug", "-o", _workspace.PathOf("published")];

        _workspace.Dotnet("build", app).Succeeded();
        BuildOutcome published = _workspace.Dotnet("publish", app, publish).Succeeded();
        Assert.Equal((0, 0), (published.Plans, published.Runs));
        Assert.NotEmpty(_workspace.PackedFiles("published", "fox"));

        foreach (string manifest in Directory.GetFiles(_workspace.Store, "modelpack.json", SearchOption.AllDirectories))
        {
            Directory.Delete(Path.GetDirectoryName(manifest)!, recursive: true);
        }

        var error = _workspace.Dotnet("publish", app, publish).FailedWith("MPK3204");
        Assert.EndsWith("Library.csproj", error.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_web_project_with_the_source_in_its_folder_publishes_the_packed_files_only()
    {
        TinyModel.Write(_workspace.PathOf("Web/models/fox"));
        File.WriteAllText(_workspace.PathOf("Web/models/fox/extra.json"), "{}");
        _workspace.Write("Web/appsettings.json", "{}");
        string project = _workspace.ModelProject("Web", """<QuantizedModel Include="models/fox" Bits="4" />""", "", "Microsoft.NET.Sdk.Web");

        _workspace.Dotnet("publish", project, "-o", _workspace.PathOf("published")).Succeeded();

        string[] files = _workspace.PackedFiles("published", "fox");
        Assert.Contains("model.onnx", files);
        Assert.DoesNotContain("extra.json", files);
        Assert.True(File.Exists(_workspace.PathOf("published/appsettings.json")));
    }
}
