using System.Runtime.InteropServices;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>Processor time of the calling thread: what others do on the machine meanwhile does not count. Linux only.</summary>
internal static partial class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID of Linux.
    private const int ThreadProcessorTime = 3;

    /// <summary>Seconds of processor time so far.</summary>
    public static double Seconds
    {
        get
        {
            _ = GetTime(ThreadProcessorTime, out Time time);
            return time.Seconds + (time.Nanoseconds * 1e-9);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
