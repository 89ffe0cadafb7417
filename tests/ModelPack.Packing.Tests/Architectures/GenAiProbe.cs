using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Runs ModelPack.GenAiProbe, which opens a folder in ONNX Runtime GenAI's own library, as a child process.</summary>
internal static class GenAiProbe
{
    /// <summary>Greedy continuation in GenAI.</summary>
    /// <returns>New tokens, and logits: a row for each id of the prompt, then a row after each new token but the last.</returns>
    public static (int[] Ids, float[] Logits) Generate(string modelFolder, IEnumerable<long> prompt, int newTokens, string? adapter = null)
    {
        string library = SharedFolder.Require("oracles/genai");
        string logits = Path.Combine(modelFolder, "logits.bin");
        string[] more = adapter is null ? [] : [Path.Combine(modelFolder, adapter + ".onnx_adapter")];
        string output = Start(["generate", library, modelFolder, string.Join(',', prompt), newTokens.ToString(), logits, .. more]);
        int[] ids = [.. JsonNode.Parse(output)!["ids"]!.AsArray().Select(id => (int)id!)];
        return (ids, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(logits)).ToArray());
    }

    private static string Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ModelPack.GenAiProbe.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {errors.Result}");
        return output;
    }
}
