using System.Diagnostics;
using System.Text;
using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>A build that is ended in the middle of packing.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableTheory]
    [InlineData("-INT")]
    [InlineData("-KILL")]
    public void A_build_that_is_ended_publishes_nothing_and_the_next_one_packs(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are a matter of Unix");
        TinyModel.Write(_workspace.PathOf("models/fox"), layers: 40);
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/fox" Bits="4" />""");
        _workspace.Dotnet("restore", project).Succeeded();

        var output = new StringBuilder();
        ProcessStartInfo start = _workspace.StartInfo("build", project, _workspace.PathOf("ended.binlog"), "--no-restore");
        using (Process build = Command.Start(start, output))
        {
            // The store's folder of unfinished work shows that packing has begun.
            string staging = Path.Combine(_workspace.Store, "staging");
            Assert.True(SpinWait.SpinUntil(() => build.HasExited || (Directory.Exists(staging) && Directory.EnumerateFileSystemEntries(staging).Any()), Patience), output.ToString());
            Assert.False(build.HasExited, output.ToString());
            using Process kill = Process.Start("kill", [signal, build.Id.ToString()]);
            kill.WaitForExit();
            Assert.True(build.WaitForExit(Patience), "the build did not end");
            Assert.NotEqual(0, build.ExitCode);
        }

        Assert.Empty(_workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));
        _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Contains("model.onnx", _workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_workspace.Store, "models")));
    }
}
