using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelPack.Build.Tests;

public sealed class PlanModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_design_time_build_without_a_plan_knows_no_files_and_starts_nothing()
    {
        PlanModels task = Task(Item("model"));
        task.DesignTime = true;

        Assert.True(task.Execute());
        Assert.Empty(task.Files);
        Assert.Empty(_engine.Errors);
    }

    [Fact]
    public void A_design_time_build_takes_the_last_plan_after_settings_changed()
    {
        TaskItem item = Item("model");
        Remember(item, "model", "key");
        item.SetMetadata("Bits", "8");
        PlanModels task = Task(item);
        task.DesignTime = true;

        Assert.True(task.Execute());
        Assert.Equal("models/model/model.onnx", Assert.Single(task.Files).GetMetadata("TargetPath"));
    }

    [Fact]
    public void An_old_msbuild_is_refused()
    {
        PlanModels task = Task(Item("model"));
        task.TooOldMSBuild = "17.12.1";

        Assert.False(task.Execute());
        Assert.Equal("MPK3208", Assert.Single(_engine.Errors).Code);
    }

    [Fact]
    public void Two_results_of_one_name_are_refused_and_two_equal_ones_are_one()
    {
        TaskItem first = Item("first");
        TaskItem second = Item("second");
        TaskItem third = Item("third");
        Remember(first, "model", "key");
        Remember(second, "model", "other key");
        Remember(third, "model", "key");

        PlanModels equal = Task(first, third);
        Assert.True(equal.Execute());
        Assert.Single(equal.Plan);

        Assert.False(Task(first, second).Execute());
        BuildErrorEventArgs error = Assert.Single(_engine.Errors);
        Assert.Equal("MPK3205", error.Code);
        Assert.Contains(second.ItemSpec, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_an_error_where_nothing_will_make_them()
    {
        TaskItem item = Item("model");
        Remember(item, "model", "key");

        PlanModels building = Task(item);
        Assert.True(building.Execute());
        Assert.Equal("true", Assert.Single(building.Plan).GetMetadata("ModelPackMissing"));

        PlanModels publishing = Task(item);
        publishing.WillQuantize = false;
        Assert.False(publishing.Execute());
        Assert.Equal("MPK3204", Assert.Single(_engine.Errors).Code);
    }

    [Fact]
    public void A_tool_that_cannot_start_is_one_error()
    {
        PlanModels task = Task(Item("model"));
        task.ToolAssembly = Path.Combine(_folder.FullPath, "no-such-tool.dll");
        task.DotNetHost = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

        Assert.False(task.Execute());
        BuildErrorEventArgs error = Assert.Single(_engine.Errors);
        Assert.Equal("MPK3201", error.Code);
        Assert.Contains("no-such-tool.dll", error.Message, StringComparison.Ordinal);
        Assert.Equal("https://github.com/modelpack/modelpack/blob/main/docs/errors.md#mpk3201", error.HelpLink);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder.FullPath, "state")));
    }

    private TaskItem Item(string name)
    {
        _folder.Write(name + "/config.json", "{}");
        return new TaskItem(Path.Combine(_folder.FullPath, name));
    }

    private PlanModels Task(params ITaskItem[] models) => new()
    {
        BuildEngine = _engine,
        Models = models,
        ProjectFile = Path.Combine(_folder.FullPath, "app.csproj"),
        StateDirectory = Path.Combine(_folder.FullPath, "state"),
        ToolAssembly = "/no/tool",
        DotNetHost = "/no/dotnet",
    };

    private void Remember(ITaskItem item, string name, string key)
    {
        string state = Path.Combine(_folder.FullPath, "state");
        Directory.CreateDirectory(state);
        var settings = ModelSettings.FromItem(item);
        string canonical = settings.Canonical(_folder.FullPath);
        var plan = new PlannedModel(
            settings.Include,
            name,
            key,
            Path.Combine(_folder.FullPath, "store", key),
            ["model.onnx"],
            [Path.Combine(settings.Include, "config.json")],
            "");
        PlanMemo.Write(PlanMemo.PathFor(state, settings, canonical), canonical, PlanMemo.Context("/no/tool", "\n"), plan, DateTime.UtcNow);
    }
}
