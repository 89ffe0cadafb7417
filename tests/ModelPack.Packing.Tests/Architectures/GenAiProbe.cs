using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Asks ModelPack.GenAiProbe, which opens folders in ONNX Runtime GenAI's own library, in a process of its own.</summary>
internal static class GenAiProbe
{
    private static readonly Lazy<LineProcesses> Processes = new(() =>
        new(Path.Combine(AppContext.BaseDirectory, "ModelPack.GenAiProbe.dll"), "serve", SharedFolder.Require("oracles/genai")));

    /// <summary>Greedy continuation in GenAI.</summary>
    /// <returns>New tokens, and logits: a row for each id of the prompt, then a row after each new token but the last.</returns>
    public static (int[] Ids, float[] Logits) Generate(string modelFolder, IEnumerable<long> prompt, int newTokens, string? adapter = null)
    {
        SharedFolder.Require("oracles/genai");
        string logits = Path.Combine(modelFolder, "logits.bin");
        string question = JsonSerializer.Serialize(new { folder = modelFolder, ids = prompt, newTokens, logits, adapter = adapter is null ? null : Path.Combine(modelFolder, adapter + ".onnx_adapter") });
        string line = Processes.Value.Ask(question, TimeSpan.FromMinutes(2), out string? failure);
        Assert.True(failure is null, $"{modelFolder}: GenAI {failure}");
        JsonNode answer = JsonNode.Parse(line)!;
        Assert.True(answer["error"] is null, $"{modelFolder}: {answer["error"]}");
        int[] ids = [.. answer["ids"]!.AsArray().Select(id => (int)id!)];
        return (ids, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(logits)).ToArray());
    }
}
