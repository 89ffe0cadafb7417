using ModelPack.Packing.Recipes;

namespace ModelPack.Tool.Tests.CommandLine;

public sealed class HelpTests
{
    [Fact]
    public void Help_lists_every_command_and_hides_those_of_the_build()
    {
        ToolRun run = ToolRun.Start("--help").RequireDone();

        foreach (string command in new[] { "quantize", "plan", "inspect", "eval", "run", "cache", "doctor" })
        {
            Assert.Contains($"\n  {command} ", run.Output);
        }

        Assert.DoesNotContain("build-plan", run.Output);
        Assert.Equal("", run.Messages);
    }

    [Fact]
    public void Help_of_quantize_explains_every_setting()
    {
        ToolRun run = ToolRun.Start("quantize", "--help").RequireDone();

        string text = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(SettingTable.All, setting =>
        {
            Assert.Contains(setting.OptionName + " ", text);
            Assert.Contains(setting.Meaning, text);
        });
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("eval")]
    [InlineData("run")]
    [InlineData("cache")]
    [InlineData("cache prune")]
    [InlineData("doctor")]
    [InlineData("plan")]
    public void Every_command_has_help_with_the_common_options(string command)
    {
        ToolRun run = ToolRun.Start([.. command.Split(' '), "--help"]).RequireDone();

        Assert.Contains("--json", run.Output);
        Assert.Contains("--verbosity", run.Output);
        Assert.Contains("--no-color", run.Output);
    }

    [Fact]
    public void Version_is_printed() => Assert.Matches(@"^\d+\.\d+\.\d+", ToolRun.Start("--version").RequireDone().Output);
}
