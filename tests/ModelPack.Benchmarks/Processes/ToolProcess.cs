namespace ModelPack.Benchmarks.Processes;

/// <summary>Runs `modelpack` as its users do: a process of its own for every command.</summary>
/// <param name="Assembly">Full path of the tool.</param>
internal sealed record ToolProcess(string Assembly)
{
    /// <summary>The tool of this checkout, built in Release; or one that is given.</summary>
    public static ToolProcess Build(string? given = null)
    {
        if (given is not null)
        {
            return new ToolProcess(Path.GetFullPath(given));
        }

        string project = Path.Combine(Repository.Root, "src", "ModelPack.Tool");
        MeasuredProcess build = MeasuredProcess.Run("dotnet", ["build", project, "-c", "Release", "-v", "quiet", "--nologo"]);
        string[] found = [.. Directory.EnumerateFiles(Path.Combine(project, "bin", "Release"), "*.runtimeconfig.json", SearchOption.AllDirectories)];
        return build.ExitCode == 0 && found.Length == 1
            ? new ToolProcess(found[0].Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal))
            : throw new InvalidOperationException($"the tool could not be built: {build.Output}{build.Messages}");
    }

    /// <summary>Runs one command.</summary>
    /// <param name="store">Folder of the store that it uses.</param>
    /// <param name="arguments">Command and options.</param>
    /// <param name="killAfterProcessorSeconds">After how many seconds of processors to kill it; null: never.</param>
    public MeasuredProcess Run(string store, IEnumerable<string> arguments, double? killAfterProcessorSeconds = null) => MeasuredProcess.Run(
        "dotnet", ["exec", Assembly, .. arguments], new Dictionary<string, string> { ["MODELPACK_CACHE"] = store }, killAfterProcessorSeconds);
}
