using System.Diagnostics;

namespace ModelPack.Integration.Tests.Builds;

/// <summary>
/// The packed packages that the builds of these tests restore, made once a run: by build/test.sh, which names their folder in
/// MODELPACK_PACKAGES, or here. Their copies are extracted into a folder of this run, so that no older build of the same
/// version is used.
/// </summary>
internal static class PackageFeed
{
    private static readonly Lazy<string> Made = new(Make);
    private static readonly Lazy<string> Extracted = new(MakeExtractionFolder);

    /// <summary>Folder with ModelPack.*.nupkg.</summary>
    public static string Folder => Made.Value;

    /// <summary>The folder into which builds restore.</summary>
    public static string Packages => Extracted.Value;

    private static string Make()
    {
        if (Environment.GetEnvironmentVariable("MODELPACK_PACKAGES") is { Length: > 0 } made)
        {
            return made;
        }

        var start = new ProcessStartInfo("bash") { ArgumentList = { Path.Combine(ModelPack.Tests.SharedFolder.Repository, "build", "pack.sh") } };
        CommandResult result = Command.Run(start, TimeSpan.FromMinutes(10));
        Assert.True(result.ExitCode == 0, result.Output);
        return Path.Combine(ModelPack.Tests.SharedFolder.Repository, "artifacts", "packages");
    }

    private static string MakeExtractionFolder()
    {
        string folder = Directory.CreateTempSubdirectory("modelpack-packages-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
