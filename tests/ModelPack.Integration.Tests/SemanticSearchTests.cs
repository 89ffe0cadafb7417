using System.Diagnostics;
using ModelPack.Integration.Tests.Builds;
using ModelPack.Tests;

namespace ModelPack.Integration.Tests;

/// <summary>The sample that searches texts, built from the packages as a stranger builds it.</summary>
public sealed class SemanticSearchTests : IDisposable
{
    private const string Sample = "SemanticSearch";
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void The_sample_finds_the_passage_that_answers_and_embeds_only_what_changed()
    {
        string encoder = SharedFolder.Require("models/paraphrase-minilm-l3-v2");
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Copy(Path.Combine(SharedFolder.Repository, "samples", Sample), _workspace.PathOf(Sample));

        // The sample's other packages come from the user's cache: no build here reaches a network.
        BuildOutcome build = _workspace.Dotnet("build", _workspace.PathOf($"{Sample}/{Sample}.csproj"), "-c", "Release", $"-p:EncoderModel={encoder}", $"-p:RestoreFallbackFolders={cache}").Succeeded();
        Assert.Contains(build.Summaries, line => line.Contains("encoder", StringComparison.Ordinal));

        string first = Ask("How do ships find the harbour at night?");
        Assert.Contains("lighthouse.md: The lamp of a lighthouse", first.Split('\n').First(line => line.StartsWith("0.", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("9 embedded now", first, StringComparison.Ordinal);
        Assert.Contains(": 0 embedded now", Ask("bread"), StringComparison.Ordinal);

        File.WriteAllText(_workspace.PathOf("texts/bakery.txt"), "The oven is broken this week.");
        string changed = Ask("Is there anything wrong with the oven?");
        Assert.Contains("7 passages", changed, StringComparison.Ordinal);
        Assert.Contains("1 embedded now", changed, StringComparison.Ordinal);
        Assert.Contains("bakery.txt: The oven is broken", changed, StringComparison.Ordinal);

        string Ask(string question)
        {
            if (!Directory.Exists(_workspace.PathOf("texts")))
            {
                Copy(_workspace.PathOf($"{Sample}/texts"), _workspace.PathOf("texts"));
            }

            var start = new ProcessStartInfo("dotnet") { ArgumentList = { _workspace.PathOf($"{Sample}/bin/Release/net10.0/{Sample}.dll"), _workspace.PathOf("texts"), question } };
            CommandResult result = Command.Run(start, TimeSpan.FromMinutes(1));
            Assert.True(result.ExitCode == 0, result.Output);
            return result.Output;
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
