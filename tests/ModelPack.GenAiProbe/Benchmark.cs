using System.Diagnostics;

namespace ModelPack.GenAiProbe;

/// <summary>The mode <c>bench</c>.</summary>
internal static class Benchmark
{
    public static object Run(string library, string folder, int promptLength, int newTokens, int repeats, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        using var model = new GenAiModel(library, folder, threads);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double prefill = double.MaxValue;
        double decode = double.MaxValue;
        double prefillCpu = double.MaxValue;
        double decodeCpu = double.MaxValue;
        int[] prompt = [.. Enumerable.Range(0, promptLength).Select(i => 3 + (i * 7 % 50))];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            using GenAiGenerator generator = model.Generate(promptLength + newTokens + 1, obeyEndTokens: false);
            (double seconds, double cpu) = Time(() => generator.Append(prompt));
            prefill = Math.Min(prefill, seconds);
            prefillCpu = Math.Min(prefillCpu, cpu);

            // The first token only samples from the prefill's logits.
            generator.Next();
            int made = 0;
            (seconds, cpu) = Time(() =>
            {
                for (; made < newTokens && !generator.IsDone; made++)
                {
                    generator.Next();
                }
            });
            if (made == newTokens)
            {
                decode = Math.Min(decode, seconds);
                decodeCpu = Math.Min(decodeCpu, cpu);
            }
        }

        return new
        {
            threads,
            loadSeconds = Math.Round(load, 3),
            prefillTokensPerSecond = Rate(promptLength, prefill),
            decodeTokensPerSecond = Rate(newTokens, decode),
            prefillTokensPerCpuSecond = Rate(promptLength, prefillCpu),
            decodeTokensPerCpuSecond = Rate(newTokens, decodeCpu),
        };
    }

    private static double Rate(int tokens, double seconds) => seconds == double.MaxValue ? 0 : Math.Round(tokens / seconds, 1);

    private static (double Seconds, double CpuSeconds) Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        action();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }
}
