using ModelPack.Integration.Tests.Builds;
using ModelPack.Tests;

namespace ModelPack.Integration.Tests;

/// <summary>GGUF files as items of real builds.</summary>
public sealed class GgufTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void A_gguf_file_is_packed_once_and_again_when_it_changes()
    {
        string file = _workspace.PathOf("models/story teller.gguf");
        Take("stories260K-Q8_0.gguf", file);
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/story teller.gguf" />""");

        BuildOutcome build = _workspace.Dotnet("build", project).Succeeded();
        Assert.Equal((1, 1), (build.Plans, build.Runs));
        string[] files = _workspace.PackedFiles("App/bin/Debug/net10.0", "story teller");
        Assert.Contains("model.onnx", files);
        Assert.Contains("tokenizer.json", files);
        Assert.Contains("\"method\": \"stored\"", _workspace.Manifest("App/bin/Debug/net10.0", "story teller")!, StringComparison.Ordinal);

        BuildOutcome again = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (again.Plans, again.Runs));

        Take("stories260K-Q4_0.gguf", file);
        BuildOutcome changed = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((1, 1), (changed.Plans, changed.Runs));
    }

    private static void Take(string name, string file)
    {
        byte[] content = File.ReadAllBytes(SharedFolder.Require($"models/gguf-reference/{name}"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
