using System.Diagnostics;
using System.Globalization;

namespace ModelPack.Benchmarks.Packing;

/// <summary>
/// Time and peak memory of `modelpack quantize` on a checkpoint, beside `cp` of the same files in the same run. Both write
/// to the temporary folder; the peak is the process's own VmHWM, mapped pages of the checkpoint included.
/// </summary>
internal static class PackingBenchmark
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("packing MODELPACK_DLL CHECKPOINT_FOLDER [option of quantize ...]      (tests/ModelPack.SyntheticCheckpoint writes checkpoints)");
            return 2;
        }

        string tool = Path.GetFullPath(arguments[0]);
        string source = Path.GetFullPath(arguments[1]);
        string work = Directory.CreateTempSubdirectory("modelpack-packing-").FullName;
        try
        {
            // Whatever is in memory of the checkpoint is there for both.
            double warm = Seconds(Start("cp", ["-r", source, Path.Combine(work, "warm")]), out _);
            Directory.Delete(Path.Combine(work, "warm"), recursive: true);
            double copy = Seconds(Start("cp", ["-r", source, Path.Combine(work, "copy")]), out _);
            Directory.Delete(Path.Combine(work, "copy"), recursive: true);
            double packing = Seconds(
                Start("dotnet", ["exec", tool, "quantize", source, "-o", Path.Combine(work, "packed"), .. arguments[2..]], ("MODELPACK_CACHE", Path.Combine(work, "store"))), out long peak);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"cp {Math.Min(warm, copy):0.0} s, quantize {packing:0.0} s, ratio {packing / Math.Min(warm, copy):0.00}, peak {peak * 1024 / 1_000_000} MB"));
            return 0;
        }
        finally
        {
            Process.Start("chmod", ["-R", "u+w", work]).WaitForExit();
            Directory.Delete(work, recursive: true);
        }
    }

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static double Seconds(Process process, out long peakKilobytes)
    {
        var clock = Stopwatch.StartNew();
        peakKilobytes = 0;
        while (!process.WaitForExit(20))
        {
            peakKilobytes = Math.Max(peakKilobytes, HighWater(process.Id));
        }

        using (process)
        {
            return process.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}");
        }
    }

    private static long HighWater(int id)
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
