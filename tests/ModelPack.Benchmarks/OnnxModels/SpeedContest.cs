using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>Two models on the same input, in turns, one thread each; by the processor's time, which neighbours on the machine disturb least.</summary>
internal static class SpeedContest
{
    private const int Rounds = 15;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(60);

    /// <summary>Best time of the first by best time of the second.</summary>
    public static double Ratio(string first, string second, SampleInput sample)
    {
        using var one = new Runner(first, sample);
        using var other = new Runner(second, sample);
        double best = double.PositiveInfinity, otherBest = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            best = Math.Min(best, one.Time());
            otherBest = Math.Min(otherBest, other.Time());
        }

        return best / otherBest;
    }

    private sealed class Runner : IDisposable
    {
        private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        private readonly InferenceSession _session;
        private readonly RunOptions _run = new();
        private readonly string[] _names;
        private readonly OrtValue[] _values;

        public Runner(string file, SampleInput sample)
        {
            _session = new InferenceSession(file, _options);
            _names = [.. sample.Tensors.Keys];
            _values = [.. sample.Tensors.Values.Select(tensor => tensor.ToOrtValue())];
            Run();
        }

        /// <summary>Seconds of the processor for one run, over many.</summary>
        public double Time()
        {
            int runs = 0;
            long start = Stopwatch.GetTimestamp();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            do
            {
                Run();
                runs++;
            }
            while (Stopwatch.GetElapsedTime(start) < Round);

            return (Environment.CpuUsage.TotalTime - before).TotalSeconds / runs;
        }

        public void Dispose()
        {
            Array.ForEach(_values, value => value.Dispose());
            _run.Dispose();
            _session.Dispose();
            _options.Dispose();
        }

        private void Run() => _session.Run(_run, _names, _values, _session.OutputNames).Dispose();
    }
}
