namespace ModelPack.Tests;

/// <summary>
/// Finds the folder of reference models and outputs that may lie beside the checkout (<c>../shared</c>, or
/// <c>MODELPACK_SHARED</c>). It is not part of the repository: tests that need it say so and are skipped without it.
/// </summary>
internal static class SharedFolder
{
    /// <summary>Root of this repository: the nearest folder above the test that holds ModelPack.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Full path of a file or folder below shared/; skips the running test, with the reason, where it is absent.</summary>
    public static string Require(string relativePath)
    {
        string? path = Find(relativePath);
        Skip.If(path is null, $"shared/{relativePath} is not on this machine");
        return path!;
    }

    /// <summary>Full path of a file or folder below shared/, or null where it is absent.</summary>
    public static string? Find(string relativePath)
    {
        string root = Environment.GetEnvironmentVariable("MODELPACK_SHARED") is { Length: > 0 } set
            ? set
            : Path.Combine(Repository, "..", "shared");
        string path = Path.GetFullPath(Path.Combine(root, relativePath));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelPack.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("ModelPack.sln was not found above " + AppContext.BaseDirectory);
    }
}
