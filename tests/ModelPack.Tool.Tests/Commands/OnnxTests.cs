using System.Text.Json;
using ModelPack.Tests;

namespace ModelPack.Tool.Tests.Commands;

/// <summary>ONNX files as they are given to plan, quantize and inspect.</summary>
[Collection(PackedCollection.Name)]
public sealed class OnnxTests(PackedTinyTales tales)
{
    private static string Digits => SharedFolder.Require("models/lenet-mnist-onnx/model.onnx");

    [SkippableFact]
    public void Plan_lists_weights_and_quantize_writes_what_it_says()
    {
        JsonElement plan = tales.Run("plan", Digits, "--bits", "8", "--json").RequireDone().Json;
        Assert.Equal(3, plan.GetProperty("weights").EnumerateArray().Count(weight => weight.GetProperty("bits").GetInt32() == 8));

        string folder = Path.Combine(tales.Folder, "from onnx");
        ToolRun run = tales.Run("quantize", Digits, "-o", folder, "--bits", "8", "--name", "digits", "--json").RequireDone();
        Assert.Equal(("digits", "onnx"), (run.Json.GetProperty("name").GetString(), run.Json.GetProperty("source").GetProperty("kind").GetString()));
        Assert.InRange(run.Json.GetProperty("agreement").GetProperty("cosine").GetDouble(), 0.99, 1);

        JsonElement inspected = tales.Run("inspect", folder, "--json").RequireDone().Json;
        Assert.InRange(inspected.GetProperty("bitsPerWeight").GetDouble(), 8, 12);
    }

    [SkippableFact]
    public void Inspect_finds_weights_inside_the_branches_of_If()
    {
        JsonElement model = tales.Run("inspect", SharedFolder.Require("models/silero-vad-v6/silero_vad.onnx"), "--json").RequireDone().Json;
        Assert.True(model.GetProperty("tensors").EnumerateArray().Sum(tensor => tensor.GetProperty("bytes").GetInt64()) > 2_000_000);
    }

    [SkippableFact]
    public void A_model_without_products_gets_one_warning()
    {
        ToolRun run = tales.Run("quantize", SharedFolder.Require("models/ultraface-slim-320-onnx/model.onnx"), "-o", Path.Combine(tales.Folder, "faces"), "--bits", "4").RequireDone();
        Assert.Single(run.Messages.Split('\n'), line => line.Contains("MPK1462", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void What_is_not_for_such_models_is_refused_by_name()
    {
        Assert.Contains("TargetSize", tales.Run("quantize", Digits, "-o", Path.Combine(tales.Folder, "none"), "--target-size", "100kB").RequireError("MPK1465"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(tales.Folder, "none")));
    }
}
