namespace ModelPack.Build.Tests;

public sealed class ToolMessageTests
{
    [Theory]
    [InlineData("/p/app.csproj(0,0): error MPK1301: No such setting.", "/p/app.csproj", 0, 0, true, "MPK1301", "No such setting.")]
    [InlineData("/p/a (1) b/app.csproj(12,3): warning MPK2001: x: y", "/p/a (1) b/app.csproj", 12, 3, false, "MPK2001", "x: y")]
    [InlineData("C:\\p\\app.csproj(7): error MPK3001: z", "C:\\p\\app.csproj", 7, 0, true, "MPK3001", "z")]
    [InlineData("/p/Zoë.csproj : error MPK1001: z", "/p/Zoë.csproj", 0, 0, true, "MPK1001", "z")]
    [InlineData("error MPK1001: z", "", 0, 0, true, "MPK1001", "z")]
    public void Canonical_lines_are_read(string line, string file, int lineNumber, int column, bool isError, string code, string text)
    {
        var message = ToolMessage.Parse(line);

        Assert.NotNull(message);
        Assert.Equal((file, lineNumber, column, isError, code, text), (message.File, message.Line, message.Column, message.IsError, message.Code, message.Text));
    }

    [Theory]
    [InlineData("qwen: layer 3 of 24")]
    [InlineData("ModelPack: qwen 1 GB -> 300 MB")]
    [InlineData("app.csproj(0,0): error CS1002: ; expected")]
    [InlineData("an error MPK1 in passing")]
    [InlineData("")]
    public void Other_lines_are_not(string line) => Assert.Null(ToolMessage.Parse(line));
}
