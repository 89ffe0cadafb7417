using ModelPack.Integration.Tests.Builds;
using ModelPack.LlamaCpp;

namespace ModelPack.Integration.Tests;

/// <summary>A build that writes a file for llama.cpp.</summary>
public sealed class GgufOutputTests : IDisposable
{
    private const string Output = "App/bin/Debug/net10.0";

    private readonly Workspace _workspace = new();
    private readonly string _project;

    public GgufOutputTests()
    {
        string tinyTales = Path.Combine(ModelPack.Tests.SharedFolder.Repository, "samples", "models", "tinytales");
        _project = _workspace.ModelProject("App", $"""<QuantizedModel Include="{tinyTales}" Name="fox" Format="gguf" Type="$(TestType)" />""");
    }

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void The_file_is_in_the_output_folder_and_llama_cpp_tells_a_story_from_it()
    {
        BuildOutcome first = _workspace.Dotnet("build", _project, "-p:TestType=Q4_K_M").Succeeded();
        Assert.Matches("^ModelPack: fox .* gguf Q4_K_M, ", Assert.Single(first.Summaries));
        string folder = _workspace.PathOf(Output + "/models/fox");
        Assert.Equal(["fox.gguf", "modelpack.json", "report.html", "report.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        BuildOutcome second = _workspace.Dotnet("build", _project, "--no-restore", "-p:TestType=Q4_K_M").Succeeded();
        Assert.Equal((0, 0), (second.Plans, second.Runs));

        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        string file = Path.Combine(folder, "fox.gguf");
        int[] prompt = LlamaProcess.Tokenize(file, ["Once upon a time there was a"])[0];
        using LlamaModel model = LlamaModel.Load(file);
        string story = model.Vocabulary.Detokenize(LlamaProcess.Greedy(file, [prompt], 40)[0]);
        Assert.True(story.Split(' ').Length > 20, story);
        Assert.Contains("<|user|>", model.ChatTemplate, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_does_not_exist_is_an_error_of_the_project_with_the_nearest_one()
    {
        BuildOutcome built = _workspace.Dotnet("build", _project, "-p:TestType=Q4_K_N");

        Assert.Contains(built.Find<Microsoft.Build.Logging.StructuredLogger.Error>(), error => error.Code == "MPK1302" && error.Text.Contains("Q4_K_", StringComparison.Ordinal));
    }
}
