using System.Diagnostics;
using System.Globalization;
using ModelPack.Tests.Fuzzing;

namespace ModelPack.Benchmarks.Fuzzing;

/// <summary>
/// The long run over every reader of downloaded files: <c>fuzz [--minutes 10] [--seed 1]</c>. Cases run in a child process that says where it is in a
/// mapped file, so that a case that ends or stops the process is known and the run goes on behind it.
/// <c>fuzz --case TARGET NUMBER [SEED]</c> runs one and writes it to the current folder.
/// </summary>
internal static class FuzzCommand
{
    private const string Child = "--child";
    private static readonly TimeSpan Hang = FuzzRunner.Patience * 3;

    public static int Run(string[] arguments)
    {
        if (arguments is [Child, string file, string from, string seed, string until])
        {
            return FuzzChild.Run(file, Number(from), Number(seed), DateTime.ParseExact(until, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
        }

        if (arguments is ["--case", string target, string number, ..])
        {
            return FuzzChild.RunOne(target, Number(number), arguments.Length > 3 ? Number(arguments[3]) : 1);
        }

        double minutes = Option(arguments, "--minutes", 10);
        int first = (int)Option(arguments, "--seed", 1);
        DateTime end = DateTime.UtcNow.AddMinutes(minutes);
        string progress = Path.GetTempFileName();
        int problems = 0;
        try
        {
            File.WriteAllBytes(progress, new byte[sizeof(long) * 2]);
            for (int next = 0; DateTime.UtcNow < end;)
            {
                (int exit, bool hung) = RunChild(progress, next, first, end);
                if (exit is 0 or 1 && !hung)
                {
                    return problems > 0 ? 1 : exit;
                }

                int at = FuzzChild.Position(progress);
                problems++;
                Console.WriteLine($"CASE {at} {(hung ? "hangs" : $"ended the process with {exit}")}");
                next = at + 1;
            }

            return problems == 0 ? 0 : 1;
        }
        finally
        {
            File.Delete(progress);
        }
    }

    private static (int Exit, bool Hung) RunChild(string progress, int next, int seed, DateTime end)
    {
        string self = typeof(FuzzCommand).Assembly.Location;
        string[] parts = ["exec", self, "fuzz", Child, progress, next.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture), end.ToString("O", CultureInfo.InvariantCulture)];
        using Process child = Process.Start(new ProcessStartInfo("dotnet", parts))!;
        (int Position, long Since) seen = (-1, Stopwatch.GetTimestamp());
        while (!child.WaitForExit(1000))
        {
            int position = FuzzChild.Position(progress);
            seen = position == seen.Position ? seen : (position, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(seen.Since) > Hang)
            {
                child.Kill();
                child.WaitForExit();
                return (-1, true);
            }
        }

        return (child.ExitCode, false);
    }

    private static double Option(string[] arguments, string name, double otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and int at && at + 1 < arguments.Length ? double.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
