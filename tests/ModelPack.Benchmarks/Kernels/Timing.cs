using System.Diagnostics;

namespace ModelPack.Benchmarks.Kernels;

/// <summary>The best round of an action: seconds by the clock, and by the processor time of the whole process shared out to the threads.</summary>
internal readonly record struct Timing(double Clock, double Processor)
{
    public static Timing None { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>The better of this and another round of <paramref name="times"/> calls.</summary>
    public Timing Better(Action action, int times, int threads)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            action();
        }

        double clock = Stopwatch.GetElapsedTime(start).TotalSeconds / times;
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds / times / threads;
        return new Timing(Math.Min(Clock, clock), Math.Min(Processor, processor));
    }
}
