using System.Diagnostics;
using System.Globalization;

namespace ModelPack.Benchmarks.Processes;

/// <summary>What a process took and said.</summary>
/// <param name="ExitCode">Its exit code; -1 when it was ended from here.</param>
/// <param name="Seconds">From start to end.</param>
/// <param name="ProcessorSeconds">Of all its threads, as last seen while it ran; other work on the machine hardly moves it.</param>
/// <param name="PeakMegabytes">Its own high-water mark of resident memory (VmHWM), mapped pages included; 0 where the system has none.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Messages">Standard error.</param>
internal sealed record MeasuredProcess(int ExitCode, double Seconds, double ProcessorSeconds, double PeakMegabytes, string Output, string Messages)
{
    private const int PollMilliseconds = 20;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="killAfterProcessorSeconds">After how many seconds of processors to kill it; null: never.</param>
    public static MeasuredProcess Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, double? killAfterProcessorSeconds = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> messages = process.StandardError.ReadToEndAsync();
        long peak = 0;
        double processor = 0;
        bool killed = false;
        while (!process.WaitForExit(PollMilliseconds))
        {
            peak = Math.Max(peak, HighWaterKilobytes(process.Id));
            processor = Math.Max(processor, ProcessorSecondsOf(process));
            if (processor > killAfterProcessorSeconds && !killed)
            {
                killed = true;
                process.Kill();
            }
        }

        double seconds = clock.Elapsed.TotalSeconds;
        return new MeasuredProcess(killed ? -1 : process.ExitCode, seconds, processor, peak * 1024 / 1e6, output.Result, messages.Result);
    }

    private static double ProcessorSecondsOf(Process process)
    {
        try
        {
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (InvalidOperationException)
        {
            // The process ended between the question and the answer.
            return 0;
        }
    }

    private static long HighWaterKilobytes(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // The process ended between the question and the answer.
            return 0;
        }
    }
}
