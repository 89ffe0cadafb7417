namespace ModelPack.Build.Tests;

public sealed class ToolResultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_is_read_with_every_field()
    {
        string path = _folder.Write("result.json", """
            { "toolVersion": "1", "later": { "a": [1] }, "models": [
              { "include": "/m/狐狸", "name": "fox", "key": "abc", "folder": "/store/abc", "files": ["model.onnx", "a b.json"],
                "cached": true, "inputs": ["/m/狐狸/config.json"], "summary": "ModelPack: \"fox\"" },
              { "include": "/n", "name": "n", "key": "d", "folder": "/store/d", "files": [], "cached": false, "inputs": [], "summary": "to do" } ] }
            """);

        IReadOnlyList<PlannedModel> models = ToolResult.Read(path);

        Assert.Equal(2, models.Count);
        Assert.Equal("/m/狐狸", models[0].Include);
        Assert.Equal("fox", models[0].Name);
        Assert.Equal("abc", models[0].Key);
        Assert.Equal("/store/abc", models[0].Folder);
        Assert.Equal(["model.onnx", "a b.json"], models[0].Files);
        Assert.Equal(["/m/狐狸/config.json"], models[0].Inputs);
        Assert.Equal("ModelPack: \"fox\"", models[0].Summary);
        Assert.Empty(models[1].Summary);
        Assert.Empty(models[1].Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""{ "models": [ {} ] }""")]
    [InlineData("""{ "models": [ { "include": "/n", "name": "", "key": "d", "folder": "/f", "files": [], "inputs": [] } ] }""")]
    [InlineData("""{ "models": [ { "include": "/n", "name": "n", "key": "d", "folder": "/f", "inputs": [] } ] }""")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        string path = _folder.Write("result.json", text);

        var exception = Assert.Throws<FormatException>(() => ToolResult.Read(path));

        Assert.NotEmpty(exception.Message);
    }
}
