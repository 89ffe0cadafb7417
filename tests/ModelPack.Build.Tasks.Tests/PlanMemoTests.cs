using Microsoft.Build.Utilities;

namespace ModelPack.Build.Tests;

public sealed class PlanMemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _config;
    private readonly string _recipe;
    private readonly ModelSettings _settings;
    private readonly string _canonical;
    private readonly string _memo;

    public PlanMemoTests()
    {
        _config = _folder.Write("model/config.json", "{}");
        _recipe = _folder.Write("recipe.json", "{}");
        _settings = ModelSettings.FromItem(new TaskItem(Path.Combine(_folder.FullPath, "model")));
        _canonical = _settings.Canonical("/p");
        string state = Path.Combine(_folder.FullPath, "state");
        Directory.CreateDirectory(state);
        _memo = PlanMemo.PathFor(state, _settings, _canonical);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_comes_back_as_it_was()
    {
        Remember();

        PlanMemo memo = PlanMemo.Read(_memo, _canonical)!;
        PlannedModel plan = memo.Plan(_settings.Include);

        Assert.Equal("Zoë's model", plan.Name);
        Assert.Equal("0123abcd", plan.Key);
        Assert.Equal("/store/0123 abcd", plan.Folder);
        Assert.Equal(["model.onnx", "model.onnx.data"], plan.Files);
        Assert.Equal([_settings.Include, _config, _recipe], memo.Inputs());
    }

    [Fact]
    public void It_holds_while_nothing_changes() => Assert.True(HoldsAfter(() => { }));

    [Fact]
    public void It_does_not_hold_for_an_edited_file() => Assert.False(HoldsAfter(() => File.WriteAllText(_config, "{ }")));

    [Fact]
    public void It_does_not_hold_for_a_file_of_the_same_size_and_another_time() =>
        Assert.False(HoldsAfter(() => File.SetLastWriteTimeUtc(_recipe, DateTime.UtcNow.AddMinutes(-1))));

    [Fact]
    public void It_does_not_hold_for_a_deleted_file() => Assert.False(HoldsAfter(() => File.Delete(_recipe)));

    [Fact]
    public void It_does_not_hold_when_a_file_is_added_to_the_folder() =>
        Assert.False(HoldsAfter(() => File.WriteAllText(Path.Combine(_settings.Include, "chat_template.jinja"), "")));

    [Fact]
    public void It_does_not_hold_for_another_tool_or_store()
    {
        Remember();

        Assert.False(PlanMemo.Read(_memo, _canonical)!.Holds("another context"));
    }

    [Fact]
    public void Context_changes_with_the_tool()
    {
        string tool = _folder.Write("tool/modelpack.dll", "1");
        string before = PlanMemo.Context(tool, "store");

        File.WriteAllText(tool, "22");

        Assert.NotEqual(before, PlanMemo.Context(tool, "store"));
        Assert.NotEqual(before, PlanMemo.Context(tool, "other store"));
    }

    [Fact]
    public void It_is_not_written_when_an_input_changed_after_the_plan_began()
    {
        File.SetLastWriteTimeUtc(_config, DateTime.UtcNow.AddSeconds(10));

        Remember();

        Assert.Null(PlanMemo.Read(_memo, _canonical));
    }

    [Fact]
    public void It_is_not_read_for_other_settings()
    {
        Remember();

        Assert.Null(PlanMemo.Read(_memo, _canonical + "x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ModelPack plan 1\n")]
    [InlineData("something else\n\n\n\n\n\n\n\n\n\n")]
    public void A_damaged_memo_is_no_memo(string text)
    {
        File.WriteAllText(_memo, text);

        Assert.Null(PlanMemo.Read(_memo, _canonical));
    }

    [Fact]
    public void A_memo_with_a_damaged_stamp_does_not_hold()
    {
        Remember();
        File.WriteAllText(_memo, File.ReadAllText(_memo).Replace("2 6", "two 6", StringComparison.Ordinal));

        Assert.False(PlanMemo.Read(_memo, _canonical)!.Holds("context"));
    }

    [Fact]
    public void The_latest_plan_of_a_source_is_found_whatever_its_settings_were()
    {
        Remember();
        var edited = new TaskItem(_settings.Include);
        edited.SetMetadata("Bits", "8");
        string state = Path.GetDirectoryName(_memo)!;

        PlanMemo? latest = PlanMemo.ReadLatest(state, ModelSettings.FromItem(edited));

        Assert.Equal("0123abcd", latest!.Plan(_settings.Include).Key);
        Assert.Null(PlanMemo.ReadLatest(state, ModelSettings.FromItem(new TaskItem("/elsewhere/model"))));
    }

    [Fact]
    public void Builds_that_write_one_memo_at_once_leave_a_whole_one()
    {
        Parallel.For(0, 64, _ => Remember());

        Assert.True(PlanMemo.Read(_memo, _canonical)!.Holds("context"));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_memo)!));
    }

    private bool HoldsAfter(Action change)
    {
        Remember();
        change();
        return PlanMemo.Read(_memo, _canonical)!.Holds("context");
    }

    private void Remember()
    {
        var plan = new PlannedModel(
            _settings.Include,
            "Zoë's model",
            "0123abcd",
            "/store/0123 abcd",
            ["model.onnx", "model.onnx.data"],
            [_config, _recipe],
            "a model");
        PlanMemo.Write(_memo, _canonical, "context", plan, DateTime.UtcNow);
    }
}
