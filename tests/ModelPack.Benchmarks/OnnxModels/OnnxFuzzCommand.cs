using System.Diagnostics;
using System.Globalization;
using ModelPack.Benchmarks.Processes;
using ModelPack.Tests.OnnxModels.Fuzzing;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>The long run of the ONNX road's fuzzing: <c>fuzz-onnx [--minutes N] [--seed N]</c>.</summary>
internal static class OnnxFuzzCommand
{
    private const double Usual = 10;

    // Real files of some hundred kilobytes beside the small ones.
    private static readonly string[] Real = ["lenet-mnist-onnx/model.onnx", "silero-vad-v6/silero_vad_16k_op15.onnx"];

    public static int Run(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            options[arguments[i]] = arguments[i + 1];
        }

        double minutes = options.TryGetValue("--minutes", out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : Usual;
        int seed = options.TryGetValue("--seed", out string? number) ? int.Parse(number, CultureInfo.InvariantCulture) : 1;
        string[] real = [.. Real.Select(file => Path.Combine(Repository.Shared(), "models", file)).Where(File.Exists)];
        byte[][] seeds = [.. FuzzModels.All, .. real.Select(File.ReadAllBytes), .. FuzzModels.All];
        using var folder = new WorkFolder();
        long start = Stopwatch.GetTimestamp();
        OnnxFuzzReport report = OnnxFuzz.Run(seeds, int.MaxValue, TimeSpan.FromMinutes(minutes), seed, folder.FullPath);
        Console.WriteLine($"{report.Tried} mutations of {FuzzModels.All.Count + real.Length} files, seed {seed}: {Stopwatch.GetElapsedTime(start).TotalSeconds:f0} s; packed {report.Packed}");
        Console.WriteLine($"longest {report.Longest.TotalMilliseconds:f0} ms; allocated at most {Math.Max(0, report.AllocationRatio):f1} bytes for a byte of the file, beside {OnnxFuzz.MostAllocatedOnce >> 20} MB once (bound: {OnnxFuzz.MostAllocatedPerByte})");
        foreach ((string code, int count) in report.Refused)
        {
            Console.WriteLine($"{code} {count}");
        }

        Console.WriteLine($"failures {report.Failures.Count}");
        foreach (string failure in report.Failures.Take(20))
        {
            Console.WriteLine(failure);
        }

        return report.Failures.Count == 0 ? 0 : 1;
    }
}
