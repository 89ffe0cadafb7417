using System.Diagnostics;
using ModelPack.Formats.Gguf;

namespace ModelPack.Tests.Gguf.Fuzzing;

/// <summary>Feeds the reader with damaged headers of real files.</summary>
internal static class GgufFuzz
{
    /// <summary>
    /// Bytes that may be allocated for each byte of a real header: a text takes two bytes a character, an object around it and a reference to it.
    /// </summary>
    public const int MostAllocatedPerByte = 4;

    /// <summary>Bytes that may be allocated besides.</summary>
    public const int MostAllocatedOnce = 64 << 10;

    private const int OpenEvery = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs mutations; the same seed gives the same ones.</summary>
    public static FuzzReport Run(IReadOnlyList<FuzzSeed> seeds, int count, int seed, string folder)
    {
        var report = new FuzzReport();
        for (int i = 0; i < count; i++)
        {
            var random = new Random((seed * 1_000_003) + i);
            FuzzSeed from = seeds[i % seeds.Count];
            byte[] header = HeaderMutation.Of(from.Bytes.AsSpan(0, from.HeaderLength), random);
            long length = header.Length + from.Bytes.Length - from.HeaderLength;
            if (Parse(report, i, header, length) && report.Accepted % OpenEvery == 0)
            {
                Open(report, i, [.. header, .. from.Bytes.AsSpan(from.HeaderLength)], folder);
            }
        }

        return report;
    }

    private static bool Parse(FuzzReport report, int number, byte[] header, long length)
    {
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool accepted = false;
        try
        {
            GgufHeaderReader.Parse("fuzzed.gguf", header, length);
            report.Accepted++;
            accepted = true;
        }
        catch (ModelPackException e)
        {
            report.Refused[e.Code] = report.Refused.GetValueOrDefault(e.Code) + 1;
        }
        catch (Exception e)
        {
            report.Failures.Add($"mutation {number}: {e}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        report.AllocationRatio = Math.Max(report.AllocationRatio, (double)(allocated - MostAllocatedOnce) / Math.Max(1, header.Length));
        report.Longest = taken > report.Longest ? taken : report.Longest;
        if (allocated > MostAllocatedOnce + ((long)MostAllocatedPerByte * header.Length) || taken > Patience)
        {
            report.Failures.Add($"mutation {number}: {allocated} bytes for {header.Length} in {taken.TotalMilliseconds:f0} ms");
        }

        return accepted;
    }

    private static void Open(FuzzReport report, int number, byte[] bytes, string folder)
    {
        string path = Path.Combine(folder, "fuzzed.gguf");
        File.WriteAllBytes(path, bytes);
        try
        {
            using GgufFile file = GgufFile.Open(path);
            foreach (GgufTensor tensor in file.Tensors.Where(tensor => tensor.ByteLength > 0))
            {
                tensor.ReadBytes(tensor.ByteLength - 1, new byte[1]);
                if (tensor.CanDecode)
                {
                    tensor.ReadFloat32(tensor.ElementCount - tensor.Type.ElementsPerBlock(), new float[tensor.Type.ElementsPerBlock()]);
                }
            }

            report.Opened++;
        }
        catch (Exception e)
        {
            report.Failures.Add($"mutation {number}, opened: {e}");
        }
    }
}
