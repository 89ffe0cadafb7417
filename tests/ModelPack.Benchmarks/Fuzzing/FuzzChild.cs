using System.IO.MemoryMappedFiles;
using ModelPack.Tests.Fuzzing;

namespace ModelPack.Benchmarks.Fuzzing;

/// <summary>The process that runs cases. Case N belongs to target N modulo their number.</summary>
internal static class FuzzChild
{
    /// <summary>The case that a process is at, or was at last.</summary>
    public static int Position(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        stream.ReadExactly(bytes);
        return BitConverter.ToInt32(bytes);
    }

    public static int Run(string file, int from, int seed, DateTime until)
    {
        FuzzTarget[] targets = FuzzTargets.All(Repository.Shared());
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack-fuzz-");
        var tallies = targets.Select(_ => new FuzzTally()).ToArray();
        try
        {
            using var mapped = MemoryMappedFile.CreateFromFile(file, FileMode.Open);
            using MemoryMappedViewAccessor place = mapped.CreateViewAccessor();
            Warm(targets, folder.FullName);
            int number = from;
            for (; DateTime.UtcNow < until; number++)
            {
                place.Write(0, number);
                int index = number % targets.Length;
                FuzzOutcome outcome = FuzzRunner.Run(targets[index], targets[index].Case(seed, number), folder.FullName);
                tallies[index].Add(outcome, targets[index]);
                if (outcome.Problem is { } problem)
                {
                    Console.WriteLine($"CASE {number} of {targets[index].Name}, {outcome.Length} bytes: {problem}");
                }
            }

            Console.WriteLine($"cases {from} to {number - 1} of seed {seed}");
            for (int i = 0; i < targets.Length; i++)
            {
                Console.WriteLine($"{targets[i].Name}: {tallies[i].Text(targets[i])}");
            }

            return tallies.Sum(tally => tally.Problems) == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static int RunOne(string name, int number, int seed)
    {
        FuzzTarget[] targets = FuzzTargets.All(Repository.Shared());
        FuzzTarget target = targets.First(known => known.Name.StartsWith(name, StringComparison.Ordinal));
        byte[] bytes = target.Case(seed, number);
        File.WriteAllBytes($"case-{number}", bytes);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack-fuzz-");
        Warm([target], folder.FullName);
        Console.WriteLine(FuzzRunner.Run(target, bytes, folder.FullName));
        folder.Delete(recursive: true);
        return 0;
    }

    // Tables that are made once a process are no case's.
    private static void Warm(FuzzTarget[] targets, string folder)
    {
        foreach (FuzzTarget target in targets)
        {
            foreach (byte[] seed in target.Seeds)
            {
                FuzzRunner.Run(target, seed, folder);
            }
        }
    }
}
