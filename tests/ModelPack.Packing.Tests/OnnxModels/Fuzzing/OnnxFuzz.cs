using System.Diagnostics;
using ModelPack.Packing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;

namespace ModelPack.Tests.OnnxModels.Fuzzing;

/// <summary>Sends damaged ONNX files down the whole road: each is packed, or refused with a code.</summary>
internal static class OnnxFuzz
{
    /// <summary>Bytes that may be allocated for each byte of a file: a message of two bytes becomes an object of some two hundred.</summary>
    public const int MostAllocatedPerByte = 256;

    /// <summary>Bytes that may be allocated besides: buffers of a megabyte for copies and comparisons, report and manifest.</summary>
    public const long MostAllocatedOnce = 64L << 20;

    // ONNX Runtime loads each file some three times, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs mutations until the time is over or the count is reached; the same seed gives the same ones.</summary>
    /// <param name="seeds">Whole files to start from.</param>
    /// <param name="count">Mutations at most.</param>
    /// <param name="time">Time at most.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="folder">An empty folder.</param>
    public static OnnxFuzzReport Run(IReadOnlyList<byte[]> seeds, int count, TimeSpan time, int seed, string folder)
    {
        var report = new OnnxFuzzReport();
        long start = Stopwatch.GetTimestamp();
        using PackStore store = PackStore.Open(Path.Combine(folder, "store"));
        for (int i = 0; i < count && Stopwatch.GetElapsedTime(start) < time; i++)
        {
            var random = new Random((seed * 1_000_003) + i);
            byte[] bytes = OnnxMutation.Of(seeds[i % seeds.Count], random);
            string file = Path.Combine(folder, "fuzzed.onnx");
            File.WriteAllBytes(file, bytes);
            Pack(report, i, new PackRequest(file, Recipe.Parse([KeyValuePair.Create("Bits", i % 2 == 0 ? "4" : "8")]), store, Threads: 1), bytes.Length);
        }

        return report;
    }

    private static void Pack(OnnxFuzzReport report, int number, PackRequest request, int length)
    {
        report.Tried++;
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        try
        {
            PackResult result = Packer.PackAsync(request).GetAwaiter().GetResult();
            report.Packed++;
            if (!File.Exists(Path.Combine(result.Folder, "model.onnx")))
            {
                report.Failures.Add($"mutation {number}: packed, and no model is there");
            }
        }
        catch (ModelPackException e)
        {
            report.Refused[e.Code] = report.Refused.GetValueOrDefault(e.Code) + 1;
        }
        catch (Exception e)
        {
            report.Failures.Add($"mutation {number}: {e}");
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        report.AllocationRatio = Math.Max(report.AllocationRatio, (double)(allocated - MostAllocatedOnce) / Math.Max(1, length));
        report.Longest = taken > report.Longest ? taken : report.Longest;
        if (allocated > MostAllocatedOnce + ((long)MostAllocatedPerByte * length) || taken > Patience)
        {
            report.Failures.Add($"mutation {number}: {allocated} bytes for {length} in {taken.TotalMilliseconds:f0} ms");
        }
    }
}
