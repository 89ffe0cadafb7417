using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class BuildTests(PackedTinyTales tales)
{
    [Fact]
    public void Plan_and_run_agree_on_key_folder_and_files()
    {
        (ToolRun plan, JsonElement planned) = Build("build-plan", PackedTinyTales.Source, ("Bits", "4"));
        (ToolRun run, JsonElement built) = Build("build-run", PackedTinyTales.Source, ("bits", "4"), ("CopyToOutputDirectory", "IfDifferent"));

        Assert.Equal((0, 0), (plan.ExitCode, run.ExitCode));
        foreach (string member in new[] { "include", "name", "key", "folder" })
        {
            Assert.Equal(planned.GetProperty(member).GetString(), built.GetProperty(member).GetString());
        }

        string folder = built.GetProperty("folder").GetString()!;
        string[] files = [.. planned.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Order()];
        Assert.Equal(files, Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Contains(Path.Combine(PackedTinyTales.Source, "model.safetensors"), built.GetProperty("inputs").EnumerateArray().Select(file => file.GetString()));
        Assert.True(built.GetProperty("cached").GetBoolean());
        Assert.Matches(@"\nModelPack: tinytales [0-9.]+ MB -> [0-9.]+ MB \([0-9.]+x\) rtn int4 g32, from the store\n$", "\n" + run.Output);
        Assert.Equal("", run.Messages);
    }

    [Fact]
    public void Recipe_files_are_found_beside_the_project_and_are_inputs()
    {
        string recipe = Path.Combine(tales.Folder, "fine.json");
        File.WriteAllText(recipe, """{ "bits": 8 }""");

        (ToolRun run, JsonElement planned) = Build("build-plan", PackedTinyTales.Source, ("Recipe", "fine.json"), ("Name", "tales of eight"));

        run.RequireDone();
        Assert.Equal("tales of eight", planned.GetProperty("name").GetString());
        Assert.Contains(recipe, planned.GetProperty("inputs").EnumerateArray().Select(file => file.GetString()));
        Assert.False(planned.GetProperty("cached").GetBoolean());
    }

    [Theory]
    [InlineData("Bist", "4", "MPK1301", "did you mean 'Bits'")]
    [InlineData("Bits", "5", "MPK1304", "2, 4, 8 or 16")]
    [InlineData("GroupSize", "48", "MPK1302", "16, 32, 64, 128, 256")]
    public void Errors_are_in_the_form_that_builds_understand_and_point_at_the_project(string name, string value, string code, string names)
    {
        (ToolRun run, _) = Build("build-plan", PackedTinyTales.Source, (name, value));

        Assert.Equal(1, run.ExitCode);
        string line = Assert.Single(run.Messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{Project}(0,0): error {code}: ", line);
        Assert.Contains(names, line);
    }

    [Fact]
    public void A_build_that_may_not_quantize_says_what_is_missing()
    {
        (ToolRun run, _) = Build("build-run", PackedTinyTales.Source, false, 0, ("Bits", "8"), ("GroupSize", "256"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(": error MPK3105: ", run.Messages);
    }

    [Fact]
    public void A_build_that_is_gone_ends_the_work()
    {
        (ToolRun run, _) = Build("build-run", PackedTinyTales.Source, true, 0x3FFFFFFE, ("Bits", "8"), ("GroupSize", "16"));

        Assert.Equal(130, run.ExitCode);
        Assert.DoesNotContain("error", run.Messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    public void A_request_that_is_none_is_refused(string text)
    {
        string request = Path.Combine(tales.Folder, "broken request.json");
        File.WriteAllText(request, text);

        ToolRun run = tales.Run("build-plan", request);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MPK3104: ", Assert.Single(run.Errors));
    }

    private string Project => Path.Combine(tales.Folder, "App.csproj");

    private (ToolRun Run, JsonElement Model) Build(string command, string source, params (string Name, string Value)[] metadata) =>
        Build(command, source, true, Environment.ProcessId, metadata);

    private (ToolRun Run, JsonElement Model) Build(string command, string source, bool quantize, int parent, params (string Name, string Value)[] metadata)
    {
        string request = Path.Combine(tales.Folder, $"request {Guid.NewGuid():n}.json");
        string result = request + ".result";
        File.WriteAllText(request, JsonSerializer.Serialize(new
        {
            project = Project,
            cacheDirectory = tales.Store,
            threads = 0,
            lowPriority = true,
            parentPid = parent,
            quantizeOnBuild = quantize,
            result,
            models = new[] { new { include = source, metadata = metadata.ToDictionary(pair => pair.Name, pair => pair.Value), definingProject = Project } },
        }));
        ToolRun run = ToolRun.Start(command, request);
        return (run, File.Exists(result) ? JsonDocument.Parse(File.ReadAllText(result)).RootElement.GetProperty("models")[0] : default);
    }
}
