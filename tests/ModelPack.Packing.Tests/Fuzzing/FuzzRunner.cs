using System.Diagnostics;

namespace ModelPack.Tests.Fuzzing;

/// <summary>Feeds a reader with one damaged file after the other.</summary>
internal static class FuzzRunner
{
    /// <summary>Longer than any case takes on a busy machine; whoever runs cases ends them beyond.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs one case on this thread; an exception without a code, too much memory or too much time is a problem.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="bytes">The damaged file.</param>
    /// <param name="folder">An existing folder; what the case writes there is removed.</param>
    public static FuzzOutcome Run(FuzzTarget target, byte[] bytes, string folder)
    {
        string own = Directory.CreateDirectory(Path.Combine(folder, "case")).FullName;
        string? code = null, problem = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            target.Read(bytes, own);
        }
        catch (ModelPackException refusal)
        {
            code = refusal.Code;
        }
#pragma warning disable CA1031 // any other exception is what this is about
        catch (Exception error)
#pragma warning restore CA1031
        {
            problem = error.ToString();
        }

        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Directory.Delete(own, recursive: true);
        if (allocated > target.MostAllocatedOnce + (target.MostAllocatedPerByte * bytes.Length))
        {
            problem ??= $"{allocated} bytes allocated";
        }

        if (taken > Patience)
        {
            problem ??= $"took {taken.TotalSeconds:F0} s";
        }

        return new FuzzOutcome(code, problem, allocated, bytes.Length, taken);
    }
}
