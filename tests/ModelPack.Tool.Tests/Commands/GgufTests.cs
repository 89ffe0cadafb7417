using System.Text.Json;
using ModelPack.Tests;

namespace ModelPack.Tool.Tests.Commands;

/// <summary>GGUF files as they are given to run, eval, plan and quantize.</summary>
[Collection(PackedCollection.Name)]
public sealed class GgufTests(PackedTinyTales tales)
{
    private static string File => SharedFolder.Require("models/gguf-reference/stories260K-Q8_0.gguf");

    [SkippableFact]
    public void Run_takes_the_file_over_once_and_generates()
    {
        string[] arguments = ["run", File, "Once upon a time", "--raw", "--temperature", "0", "--max-tokens", "12", "--json"];
        JsonElement first = tales.Run(arguments).RequireDone().Json;
        ToolRun second = tales.Run(arguments).RequireDone();
        Assert.StartsWith(", there was a little girl", first.GetProperty("text").GetString()!, StringComparison.Ordinal);
        Assert.Equal(first.GetProperty("text").GetString(), second.Json.GetProperty("text").GetString());
        Assert.DoesNotContain("quantize", second.Messages, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Eval_compares_a_file_with_another_or_with_itself()
    {
        string text = SharedFolder.Require("text/tinystories/stories.txt");
        JsonElement itself = tales.Run("eval", File, "--reference", File, "--text", text, "--context", "128", "--tokens", "256", "--exact", "--json").RequireDone().Json;
        JsonElement original = tales.Run("eval", File, "--reference", SharedFolder.Require("models/stories260K"), "--text", text, "--context", "128", "--tokens", "256", "--exact", "--json").RequireDone().Json;
        Assert.InRange(itself.GetProperty("klDivergence").GetProperty("mean").GetDouble(), -1e-9, 1e-6);
        Assert.InRange(original.GetProperty("klDivergence").GetProperty("mean").GetDouble(), 1e-6, 0.01);
    }

    [SkippableFact]
    public void Plan_and_quantize_keep_what_the_file_stores()
    {
        JsonElement plan = tales.Run("plan", File, "--json").RequireDone().Json;
        Assert.Contains(plan.GetProperty("weights").EnumerateArray(), weight => weight.GetProperty("bits").GetInt32() == 8 && weight.GetProperty("groupSize").GetInt32() == 32);
        string folder = Path.Combine(tales.Folder, "from gguf");
        JsonElement manifest = tales.Run("quantize", File, "-o", folder, "--json").RequireDone().Json;
        Assert.Equal("stories260K-Q8_0", manifest.GetProperty("name").GetString());
        Assert.Equal("gguf", manifest.GetProperty("source").GetProperty("kind").GetString());
    }

    [SkippableFact]
    public void Other_bits_bring_one_warning()
    {
        ToolRun run = tales.Run("quantize", File, "-o", Path.Combine(tales.Folder, "twice"), "--bits", "4").RequireDone();
        Assert.Single(run.Messages.Split('\n'), line => line.Contains("MPK1428", StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_file_is_one_error()
    {
        string file = Path.Combine(tales.Folder, "cut.gguf");
        System.IO.File.WriteAllText(file, "GGUF");
        tales.Run("run", file, "x").RequireError("MPK1504");
    }
}
