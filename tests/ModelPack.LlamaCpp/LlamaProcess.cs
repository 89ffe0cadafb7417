using System.Runtime.InteropServices;
using System.Text.Json;
using ModelPack.LlamaCpp.Probe;
using ModelPack.Tests;

namespace ModelPack.LlamaCpp;

/// <summary>
/// llama.cpp in processes of their own: what it does not like may end such a process, and comes back as a <see cref="LlamaCppException"/>. Thread-safe.
/// </summary>
public static class LlamaProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // The folder of this assembly: test hosts run from their own.
    private static readonly LineProcesses Processes = new(typeof(LlamaProcess).Assembly.Location);

    /// <inheritdoc cref="LlamaVocabulary.Tokenize(string, bool, bool)"/>
    public static int[][] Tokenize(string model, IReadOnlyList<string> texts, bool addSpecial = true, bool parseSpecial = false) =>
        Run<int[][]>(new TokenizeTask(Path.GetFullPath(model), [.. texts], addSpecial, parseSpecial));

    /// <summary>Logits after every token of each prompt: one array a prompt, a row of the vocabulary's size a token.</summary>
    public static float[][] Logits(string model, IReadOnlyList<int[]> prompts, LlamaContextOptions? options = null)
    {
        string output = Path.GetTempFileName();
        try
        {
            int vocabulary = Run<int>(new LogitsTask(Path.GetFullPath(model), [.. prompts], options ?? new LlamaContextOptions(), output));
            using FileStream file = File.OpenRead(output);
            return [.. prompts.Select(prompt =>
            {
                var logits = new float[prompt.Length * vocabulary];
                file.ReadExactly(MemoryMarshal.AsBytes(logits.AsSpan()));
                return logits;
            })];
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>Greedy continuations, each at most <paramref name="most"/> tokens, without the one that ends the text.</summary>
    public static int[][] Greedy(string model, IReadOnlyList<int[]> prompts, int most, LlamaContextOptions? options = null) =>
        Run<int[][]>(new GreedyTask(Path.GetFullPath(model), [.. prompts], most, options ?? new LlamaContextOptions()));

    /// <inheritdoc cref="LlamaPerplexity.Measure"/>
    public static (double Perplexity, int Scored) Perplexity(string model, int[] tokens, int window, int unscored, LlamaContextOptions? options = null)
    {
        double[] measured = Run<double[]>(new PerplexityTask(Path.GetFullPath(model), tokens, window, unscored, options ?? new LlamaContextOptions()));
        return (measured[0], (int)measured[1]);
    }

    /// <inheritdoc cref="LlamaQuantization.Quantize"/>
    public static void Quantize(string source, string destination, int fileType, IReadOnlyDictionary<string, float[]>? importance = null) =>
        Run<object>(new QuantizeTask(Path.GetFullPath(source), Path.GetFullPath(destination), fileType, importance is null ? null : new(importance)));

    /// <inheritdoc cref="LlamaQuantization.PlanTypes"/>
    public static IReadOnlyList<(string Name, string Type)> PlanTypes(string source, int fileType, IReadOnlyDictionary<string, float[]>? importance = null) =>
        [.. Run<string[][]>(new PlanTypesTask(Path.GetFullPath(source), fileType, importance is null ? null : new(importance))).Select(pair => (pair[0], pair[1]))];

    /// <summary>Sums and counts of an importance matrix as llama.cpp reads them, by the name of the weight.</summary>
    public static IReadOnlyDictionary<string, (float[] Sums, float[] Counts)> Importance(string path) =>
        Run<Dictionary<string, float[][]>>(new ImportanceTask(Path.GetFullPath(path))).ToDictionary(pair => pair.Key, pair => (pair.Value[0], pair.Value[1]));

    private static T Run<T>(ProbeTask task)
    {
        string line = Processes.Ask(JsonSerializer.Serialize(task), Patience, out string? failure);
        if (failure is not null)
        {
            throw new LlamaCppException($"llama.cpp {failure}");
        }

        ProbeAnswer answer = JsonSerializer.Deserialize<ProbeAnswer>(line)!;
        return answer.Error is { } error ? throw new LlamaCppException(error) : answer.Result is { } result ? result.Deserialize<T>()! : default!;
    }
}
