namespace ModelPack.Tool.Tests.CommandLine;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "command", "--help")]
    [InlineData("quantiz", "'quantiz'", "did you mean 'quantize'")]
    [InlineData("build-plna x", "'build-plna'", "--help")]
    [InlineData("plan", "argument", "plan --help")]
    [InlineData("quantize a --output", "--output", "quantize --help")]
    [InlineData("quantize a", "--output", "required")]
    [InlineData("quantize a -o b --bist 4", "'--bist'", "did you mean '--bits'")]
    [InlineData("quantize a -o b c", "'c'", "quantize --help")]
    [InlineData("quantize a -o b --threads 0", "--threads", "from 1 to 1024")]
    [InlineData("plan a --verbosity loud", "'loud'", "quiet, normal, detailed")]
    [InlineData("run a b --temperature hot", "'hot'", "--temperature")]
    [InlineData("run a b --top-p 1.5", "'1.5'", "--top-p")]
    [InlineData("eval a", "--reference", "required")]
    [InlineData("eval a --reference b --text c --protocol other", "other", "paper")]
    [InlineData("cache", "command", "cache --help")]
    [InlineData("cache shrink", "'shrink'", "cache --help")]
    [InlineData("doctor me", "'me'", "doctor --help")]
    public void A_mistake_in_the_command_line_is_one_error_and_exit_code_2(string line, string names, string wayOut)
    {
        ToolRun run = ToolRun.Start(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        string error = run.RequireError("MPK3101", exitCode: 2);
        Assert.Contains(names, error);
        Assert.Contains(wayOut, error);
    }

    [Theory]
    [InlineData("quantize a -o b --bits 5", "MPK1304", "2, 4, 8 or 16")]
    [InlineData("plan a --group-size 48", "MPK1302", "16, 32, 64, 128, 256")]
    [InlineData("plan a --kv-cache int8", "MPK1303", "choose float")]
    [InlineData("plan a --bits 4 --bits 8", "MPK1307", "Bits")]
    [InlineData("plan a --recipe missing.json", "MPK1305", "missing.json")]
    [InlineData("plan a --override b=9", "MPK1308", "b=9")]
    public void A_setting_that_cannot_be_is_an_error_with_its_own_code(string line, string code, string names)
    {
        Assert.Contains(names, ToolRun.Start(line.Split(' ')).RequireError(code));
    }

    [Fact]
    public void Errors_have_a_help_link_and_none_when_quiet()
    {
        Assert.Contains("errors.md#mpk1304", ToolRun.Start("plan", "a", "--bits", "5").Messages);
        Assert.DoesNotContain("errors.md", ToolRun.Start("plan", "a", "--bits", "5", "-v", "q").Messages);
    }
}
