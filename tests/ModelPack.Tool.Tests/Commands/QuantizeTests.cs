using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class QuantizeTests(PackedTinyTales tales)
{
    [Fact]
    public void Json_is_the_manifest_and_progress_is_on_standard_error()
    {
        ToolRun run = tales.Quantized.RequireDone();

        Assert.Equal(File.ReadAllText(Path.Combine(tales.Packed, "modelpack.json")), run.Output);
        Assert.Equal("tinytales", run.Json.GetProperty("name").GetString());
        Assert.Matches(@"\n?  quantize: [0-9.]+ MB, ", run.Messages);
        foreach (string file in new[] { "model.onnx", "model.onnx.data", "genai_config.json", "tokenizer.json" })
        {
            Assert.True(File.Exists(Path.Combine(tales.Packed, file)), file);
        }
    }

    [Fact]
    public void A_second_run_takes_the_model_from_the_store_and_says_so()
    {
        string output = Path.Combine(tales.Folder, "second");

        ToolRun run = tales.Run("quantize", PackedTinyTales.Source, "--output", output, "--bits", "4").RequireDone();

        Assert.Matches(@"^tinytales [0-9.]+ MB -> [0-9.]+ MB \([0-9.]+x\) rtn int4 g32, from the store\n", run.Output);
        Assert.Contains(output, run.Output);
        Assert.Equal(File.ReadAllBytes(Path.Combine(tales.Packed, "model.onnx.data")), File.ReadAllBytes(Path.Combine(output, "model.onnx.data")));
    }

    [Fact]
    public void Quiet_prints_the_result_alone()
    {
        ToolRun run = tales.Run("quantize", PackedTinyTales.Source, "-o", Path.Combine(tales.Folder, "quiet"), "--verbosity", "quiet").RequireDone();

        Assert.Equal("", run.Messages);
        Assert.StartsWith("tinytales ", run.Output);
    }

    [Fact]
    public void A_missing_source_and_an_unmatched_override_are_one_error_each_and_write_nothing()
    {
        string output = Path.Combine(tales.Folder, "nothing");

        ToolRun missing = tales.Run("quantize", Path.Combine(tales.Folder, "no model"), "-o", output);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("no model", Assert.Single(missing.Errors));
        Assert.Contains("'lm_haed.weight'", tales.Run("quantize", PackedTinyTales.Source, "-o", output, "--override", "lm_haed.weight=8").RequireError("MPK1309"));
        Assert.False(Directory.Exists(output));
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(15)]
    public void A_signal_cancels_with_130_and_writes_nothing(int signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        string output = Path.Combine(tales.Folder, "cancelled" + signal);
        string store = Path.Combine(tales.Folder, "store of the cancelled" + signal);
        using Process process = ToolRun.Begin(
            null, "quantize", PackedTinyTales.Source, "-o", output, "--cache-directory", store, "--threads", "1", "--verbosity", "detailed");
        Task<string> messages = process.StandardError.ReadToEndAsync();
        var patience = Stopwatch.StartNew();
        while (!Directory.Exists(store) && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Sleep(5);
        }

        Assert.Equal(0, Kill(process.Id, signal));

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("cancelled", messages.Result);
        Assert.DoesNotContain("error", messages.Result);
        Assert.False(Directory.Exists(output));
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
