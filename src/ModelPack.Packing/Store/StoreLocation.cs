using ModelPack.Packing.Recipes.Syntax;

namespace ModelPack.Packing.Store;

/// <summary>Where the store of this user lies and how large it may become, unless told otherwise.</summary>
internal static class StoreLocation
{
    public const string DirectoryVariable = "MODELPACK_CACHE";
    public const string SizeVariable = "MODELPACK_CACHE_SIZE";
    public const long DefaultSize = 20_000_000_000;

    /// <summary>The folder for a given environment.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="windows">True on Windows.</param>
    public static string Directory(Func<string, string?> variable, bool windows)
    {
        if (variable(DirectoryVariable) is { Length: > 0 } set)
        {
            return Path.GetFullPath(set);
        }

        // The XDG specification has relative paths ignored.
        string? caches = windows
            ? variable("LOCALAPPDATA")
            : variable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)
                ? xdg
                : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : null;
        return caches is { Length: > 0 }
            ? Path.GetFullPath(Path.Combine(caches, "modelpack", "store"))
            : throw new ModelPackException(StoreErrors.BadLocation, $"No folder for the store is known because this user has no home folder; set {DirectoryVariable} to a folder.");
    }

    /// <summary>The largest size in bytes for a given environment.</summary>
    public static long Size(Func<string, string?> variable)
    {
        if (variable(SizeVariable) is not { Length: > 0 } text)
        {
            return DefaultSize;
        }

        var syntax = new ByteSizeSyntax();
        return syntax.TryParse(text, out long size)
            ? size
            : throw new ModelPackException(StoreErrors.BadSize, $"{SizeVariable}={text} is not {syntax.Values}; correct the environment variable.");
    }
}
