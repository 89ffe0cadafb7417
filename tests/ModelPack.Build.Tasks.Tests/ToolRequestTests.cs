using System.Text.Json;
using Microsoft.Build.Utilities;

namespace ModelPack.Build.Tests;

public sealed class ToolRequestTests
{
    [Theory]
    [InlineData("4")]
    [InlineData("a \"quoted\" \\ path")]
    [InlineData("line\nbreak\ttab\u0001")]
    [InlineData("Zoë 狐狸 🦊")]
    public void The_request_is_json_that_says_what_it_was_given(string value)
    {
        var item = new TaskItem("/models/m");
        item.SetMetadata("Bits", ItemText.Escape(value));
        var request = new ToolRequest
        {
            Project = value,
            CacheDirectory = "/store",
            Threads = 3,
            LowPriority = true,
            ParentProcess = 42,
            QuantizeOnBuild = true,
            Result = "/result.json",
            Models = [ModelSettings.FromItem(item), ModelSettings.FromItem(new TaskItem("/models/n"))],
        };

        using var json = JsonDocument.Parse(request.ToJson());
        JsonElement root = json.RootElement;

        Assert.Equal(value, root.GetProperty("project").GetString());
        Assert.Equal("/store", root.GetProperty("cacheDirectory").GetString());
        Assert.Equal(3, root.GetProperty("threads").GetInt32());
        Assert.True(root.GetProperty("lowPriority").GetBoolean());
        Assert.Equal(42, root.GetProperty("parentPid").GetInt32());
        Assert.True(root.GetProperty("quantizeOnBuild").GetBoolean());
        Assert.Equal("/result.json", root.GetProperty("result").GetString());
        Assert.Equal(2, root.GetProperty("models").GetArrayLength());
        JsonElement model = root.GetProperty("models")[0];
        Assert.Equal("/models/m", model.GetProperty("include").GetString());
        Assert.Equal(value, model.GetProperty("metadata").GetProperty("Bits").GetString());
    }
}
