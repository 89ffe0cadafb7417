namespace ModelPack.Benchmarks.Tokenization;

/// <summary>Time of the processors that this process takes: other work beside it hardly moves it.</summary>
internal static class Processors
{
    public static double Milliseconds(Action action)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
    }
}
