using System.Globalization;
using System.Text.RegularExpressions;
using ModelPack.LlamaCpp.Native;

namespace ModelPack.LlamaCpp;

/// <summary>llama.cpp's own quantizer, in this process.</summary>
public static unsafe partial class LlamaQuantization
{
    /// <summary>Quantizes a GGUF file.</summary>
    /// <param name="source">A file of F32, F16 or BF16 tensors.</param>
    /// <param name="destination">The file to write.</param>
    /// <param name="fileType">llama_ftype: the number of <c>general.file_type</c>.</param>
    /// <param name="importance">By weight name one number a column (a column and expert), or null.</param>
    /// <param name="threads">Threads.</param>
    /// <exception cref="LlamaCppException">llama.cpp refuses; the message is what it logged.</exception>
    public static void Quantize(string source, string destination, int fileType, IReadOnlyDictionary<string, float[]>? importance = null, int threads = 1) =>
        Run(source, destination, fileType, importance, threads, dryRun: false);

    /// <summary>The type that every tensor would get, in the order of the output; nothing is written.</summary>
    /// <inheritdoc cref="Quantize"/>
    public static IReadOnlyList<(string Name, string Type)> PlanTypes(string source, int fileType, IReadOnlyDictionary<string, float[]>? importance = null)
    {
        string log = LogBuffer.Capture(() => Run(source, source + ".none", fileType, importance, 1, dryRun: true));
        return [.. TensorLine().Matches(log).Select(match => (match.Groups["name"].Value, (match.Groups["to"].Success ? match.Groups["to"] : match.Groups["from"]).Value))];
    }

    private static void Run(string source, string destination, int fileType, IReadOnlyDictionary<string, float[]>? importance, int threads, bool dryRun)
    {
        NativeLibraries.Use();
        LlamaQuantizeParams parameters = LlamaApi.llama_model_quantize_default_params();
        parameters.FileType = fileType;
        parameters.Threads = threads;
        parameters.DryRun = dryRun ? (byte)1 : (byte)0;
        using var entries = new ImportanceEntries(importance);
        parameters.Importance = entries.First;
        LogBuffer.TakeProblems();
        uint result = LlamaApi.llama_model_quantize(source, destination, &parameters);
        if (result != 0)
        {
            throw new LlamaCppException(string.Create(CultureInfo.InvariantCulture, $"{source}: llama_model_quantize returned {result}: {LogBuffer.TakeProblems()}"));
        }
    }

    // [   2/  47] token_embd.weight - [    64,    512,      1,      1], type =    f32, size =     0.12 MiB ->     0.03 MiB (q8_0)
    [GeneratedRegex(@"\[ *\d+/ *\d+\] (?<name>\S+) +- \[[^\]]*\], type = +(?<from>\w+), size = +[\d.]+ MiB(?: -> +[\d.]+ MiB \((?<to>\w+)\))?")]
    private static partial Regex TensorLine();
}
