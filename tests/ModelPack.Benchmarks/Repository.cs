namespace ModelPack.Benchmarks;

/// <summary>Where things are.</summary>
internal static class Repository
{
    /// <summary>Root of the checkout that was built, or the current folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder of reference models, texts and other quantizers' results: MODELPACK_SHARED, or shared/ beside the checkout.</summary>
    public static string Shared() =>
        Environment.GetEnvironmentVariable("MODELPACK_SHARED") is { Length: > 0 } set ? set : Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelPack.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
