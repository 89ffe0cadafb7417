namespace ModelPack.Tests.Fuzzing;

/// <summary>A short run of every reader; the long one is the benchmark fuzz.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int CasesOfEach = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Damaged_files_are_refused_with_a_code_or_read_without_crash_hang_or_large_allocation()
    {
        string shared = SharedFolder.Require("goldens");
        var problems = new List<string>();
        foreach (FuzzTarget target in FuzzTargets.All(Path.Combine(shared, "..")))
        {
            int refused = 0;
            FuzzRunner.Run(target, target.Seeds[0], _folder); // what is made once a process
            for (int number = 0; number < CasesOfEach; number++)
            {
                FuzzOutcome outcome = FuzzRunner.Run(target, target.Case(1, number), _folder);
                refused += outcome.Code is null ? 0 : 1;
                if (outcome.Problem is { } problem)
                {
                    problems.Add($"{target.Name}, case {number} of seed 1: {problem}");
                }
            }

            Assert.True(target.Name.Contains(',', StringComparison.Ordinal) || refused is > CasesOfEach / 5, $"{target.Name}: {refused} refused");
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(10)));
    }

    [SkippableFact]
    public void The_files_that_damage_starts_from_are_sound()
    {
        string shared = Path.Combine(SharedFolder.Require("goldens"), "..");
        foreach (FuzzTarget target in FuzzTargets.All(shared).Where(target => target.Name is "tokenizer.json" or "tokenizer.model" or "safetensors header"))
        {
            Assert.All(target.Seeds, seed => Assert.Equal(default, (FuzzRunner.Run(target, seed, _folder) is var outcome ? (outcome.Code, outcome.Problem) : default)));
        }
    }
}
