using System.Diagnostics;
using System.Globalization;
using ModelPack.Tests.Gguf.Fuzzing;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>The long run of the GGUF reader's fuzzing: <c>fuzz-gguf [mutations] [seed]</c>.</summary>
internal static class GgufFuzzCommand
{
    private const int Usual = 200_000;

    // Vocabularies have headers of a megabyte: one in so many mutations.
    private const int VocabularyEvery = 100;

    public static int Run(string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : Usual;
        int seed = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        string models = Path.Combine(Repository.Shared(), "models");
        FuzzSeed[] small = Seeds(Path.Combine(models, "gguf-reference"));
        FuzzSeed[] large = Seeds(Path.Combine(models, "gguf-vocab"));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack-fuzz-");
        try
        {
            long start = Stopwatch.GetTimestamp();
            FuzzReport[] reports = [GgufFuzz.Run(small, count - (count / VocabularyEvery), seed, folder.FullName), GgufFuzz.Run(large, count / VocabularyEvery, seed + 1, folder.FullName)];
            Console.WriteLine($"{count} mutations of {small.Length + large.Length} files, seed {seed}: {Stopwatch.GetElapsedTime(start).TotalSeconds:f0} s");
            Console.WriteLine($"accepted {reports.Sum(report => report.Accepted)}, of which {reports.Sum(report => report.Opened)} were opened as files and read");
            Console.WriteLine($"longest {reports.Max(report => report.Longest).TotalMilliseconds:f1} ms; allocated at most {reports.Max(report => report.AllocationRatio):f2} bytes for a byte of the header, beside {GgufFuzz.MostAllocatedOnce} once (bound: {GgufFuzz.MostAllocatedPerByte})");
            foreach (IGrouping<string, int> code in reports.SelectMany(report => report.Refused).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                Console.WriteLine($"{code.Key} {code.Sum()}");
            }

            string[] failures = [.. reports.SelectMany(report => report.Failures)];
            Console.WriteLine($"failures {failures.Length}");
            foreach (string failure in failures.Take(20))
            {
                Console.WriteLine(failure);
            }

            return failures.Length == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static FuzzSeed[] Seeds(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.gguf").Order(StringComparer.Ordinal).Select(FuzzSeed.Read)];
}
