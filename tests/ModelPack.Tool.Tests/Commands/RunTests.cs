using System.Diagnostics;
using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class RunTests(PackedTinyTales tales)
{
    private const string Prompt = "Write a bedtime story with an owl and a lantern.";

    [Fact]
    public void An_answer_streams_to_standard_output_and_its_figures_to_standard_error()
    {
        ToolRun run = tales.Run("run", tales.Packed, Prompt, "--temperature", "0").RequireDone();

        Assert.Contains("owl", run.Output);
        Assert.Contains("lantern", run.Output);
        Assert.EndsWith("\n", run.Output);
        Assert.Matches(@"\[[0-9]+ \+ [0-9]+ tokens, [0-9.]+ tokens/s, first after ", run.Messages);
    }

    [Fact]
    public void Json_holds_the_same_text_with_usage_and_speed()
    {
        JsonElement answer = tales.Run("run", tales.Packed, Prompt, "--temperature", "0", "--json").RequireDone().Json;

        Assert.Equal(
            tales.Run("run", tales.Packed, Prompt, "--temperature", "0").Output,
            answer.GetProperty("text").GetString() + "\n");
        Assert.Equal("stop", answer.GetProperty("finishReason").GetString());
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal(
            usage.GetProperty("totalTokens").GetInt32(),
            usage.GetProperty("inputTokens").GetInt32() + usage.GetProperty("outputTokens").GetInt32());
        Assert.True(answer.GetProperty("tokensPerSecond").GetDouble() > 0);
        Assert.True(answer.GetProperty("timeToFirstToken").GetDouble() > 0);
    }

    [Fact]
    public void Length_ends_an_answer()
    {
        JsonElement answer = tales.Run("run", tales.Packed, Prompt, "--max-tokens", "3", "--json").RequireDone().Json;

        Assert.Equal("length", answer.GetProperty("finishReason").GetString());
        Assert.Equal(3, answer.GetProperty("usage").GetProperty("outputTokens").GetInt32());
    }

    [Fact]
    public void A_seed_repeats_a_drawn_text_and_another_one_changes_it()
    {
        string Draw(string seed) => tales.Run("run", tales.Packed, Prompt, "--temperature", "1.5", "--top-k", "40", "--top-p", "0.98", "--min-p", "0.01", "--seed", seed, "--max-tokens", "40")
            .RequireDone().Output;

        Assert.Equal(Draw("7"), Draw("7"));
        Assert.NotEqual(Draw("7"), Draw("8"));
    }

    [Fact]
    public void Raw_continues_the_prompt_and_standard_input_can_be_the_prompt()
    {
        string raw = tales.Run("run", tales.Packed, "Once upon a time", "--raw", "--temperature", "0", "--max-tokens", "20").RequireDone().Output;
        ToolRun piped = ToolRun.Start("Once upon a time\n", tales.Environment, "run", tales.Packed, "--raw", "--temperature", "0", "--max-tokens", "20");

        Assert.Equal(raw, piped.RequireDone().Output);
    }

    [Fact]
    public void No_prompt_at_all_is_a_usage_error() =>
        tales.Run("run", tales.Packed).RequireError("MPK3101", exitCode: 2);

    [Fact]
    public void A_folder_that_is_no_packed_model_is_one_error_of_the_runtime()
    {
        ToolRun run = tales.Run("run", tales.Folder, "hello");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("error MPK40[0-9]{2}: ", Assert.Single(run.Errors));
    }

    [SkippableFact]
    public void A_reader_that_goes_away_ends_the_answer_quietly()
    {
        Skip.If(OperatingSystem.IsWindows(), "Needs sh.");
        var start = new ProcessStartInfo("sh") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("(dotnet exec \"$0\" run \"$1\" \"$2\" --temperature 0; echo \"code $?\" >&2) | head -c 1");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "modelpack.dll"));
        start.ArgumentList.Add(tales.Packed);
        start.ArgumentList.Add(Prompt);
        using Process process = Process.Start(start)!;

        Assert.Equal("code 130\n", process.StandardError.ReadToEnd());
    }

    [Fact]
    public void Inspect_shows_the_packed_folder_with_fewer_bits_than_the_source()
    {
        JsonElement model = tales.Run("inspect", tales.Packed, "--json").RequireDone().Json;

        Assert.Equal("packed", model.GetProperty("format").GetString());
        Assert.InRange(model.GetProperty("bitsPerWeight").GetDouble(), 4.5, 8);
        Assert.Equal("tinytales", model.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Contains(model.GetProperty("tensors").EnumerateArray(), tensor => tensor.GetProperty("type").GetString() == "uint8");
    }
}
