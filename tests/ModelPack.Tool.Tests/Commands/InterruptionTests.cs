using System.Diagnostics;
using System.Security.Cryptography;

namespace ModelPack.Tool.Tests.Commands;

/// <summary>What ends the tool in the middle costs at most the matrix it was at, and never leaves a model that is half there.</summary>
[Collection(PackedCollection.Name)]
public sealed class InterruptionTests(PackedTinyTales tales)
{
    [SkippableTheory]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(900)]
    [InlineData(1600)]
    public void Kill_9_at_any_moment_publishes_nothing_and_the_next_run_makes_the_same_model(int milliseconds)
    {
        Skip.If(OperatingSystem.IsWindows(), "kill -9 is a matter of Unix");
        string folder = Path.Combine(tales.Folder, $"killed after {milliseconds}");
        string output = Path.Combine(folder, "packed");
        Dictionary<string, string> environment = new() { ["MODELPACK_CACHE"] = Path.Combine(folder, "store") };

        using (Process process = ToolRun.Begin(environment, "quantize", PackedTinyTales.Source, "-o", output))
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(milliseconds))
            {
                process.Kill();
                process.WaitForExit();
                Assert.False(Directory.Exists(output));
            }
        }

        ToolRun.Start(null, environment, "quantize", PackedTinyTales.Source, "-o", output).RequireDone();
        ToolRun verified = ToolRun.Start(null, environment, "cache", "verify").RequireDone();

        Assert.Equal(Hash(tales.Packed), Hash(output));
        Assert.DoesNotContain("damaged", verified.Messages);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder), entry => entry.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_full_disk_is_one_error_and_leaves_no_model()
    {
        string disk = Path.Combine(tales.Folder, "small disk");
        Directory.CreateDirectory(disk);
        Skip.IfNot(Mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk), "a small disk can only be mounted by root on Linux");
        try
        {
            Dictionary<string, string> environment = new() { ["MODELPACK_CACHE"] = Path.Combine(disk, "store") };
            string output = Path.Combine(tales.Folder, "from small disk");

            ToolRun run = ToolRun.Start(null, environment, "quantize", PackedTinyTales.Source, "-o", output);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains(disk, Assert.Single(run.Errors));
            Assert.False(Directory.Exists(output));
            Assert.Empty(Directory.EnumerateFiles(disk, "modelpack.json", SearchOption.AllDirectories));
        }
        finally
        {
            using Process unmount = Process.Start("umount", [disk]);
            unmount.WaitForExit();
        }
    }

    [SkippableFact]
    public void A_read_only_output_is_one_error_before_any_work()
    {
        string parent = Path.Combine(tales.Folder, "read-only disk");
        Directory.CreateDirectory(parent);
        Skip.IfNot(Mount("-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", parent), "a read-only disk can only be mounted by root on Linux");
        try
        {
            string store = Path.Combine(tales.Folder, "store of the read-only run");

            string line = ToolRun.Start(
                null, new Dictionary<string, string> { ["MODELPACK_CACHE"] = store }, "quantize", PackedTinyTales.Source, "-o", Path.Combine(parent, "packed")).RequireError("MPK1412");

            Assert.Contains(parent, line);
            Assert.False(Directory.Exists(Path.Combine(store, "tensors")));
        }
        finally
        {
            using Process unmount = Process.Start("umount", [parent]);
            unmount.WaitForExit();
        }
    }

    private static bool Mount(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }

    private static string[] Hash(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file) + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))))];
}
