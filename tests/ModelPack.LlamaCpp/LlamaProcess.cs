using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelPack.LlamaCpp.Probe;

namespace ModelPack.LlamaCpp;

/// <summary>
/// llama.cpp in a process of its own, started for each call: what it does not like may end that process, and comes back as a
/// <see cref="LlamaCppException"/>. Thread-safe.
/// </summary>
public static class LlamaProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

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
        // The folder of this assembly: test hosts run from their own.
        string program = typeof(LlamaProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", program },
        };

        // It would start a debugger on itself.
        start.Environment["GGML_NO_BACKTRACE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(task));
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new LlamaCppException($"llama.cpp did not come to an end within {Patience.TotalMinutes} minutes");
        }

        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(output.Result)!
            : throw new LlamaCppException($"llama.cpp ended with code {process.ExitCode}: {errors.Result.Trim()}");
    }
}
