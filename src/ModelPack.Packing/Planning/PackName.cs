using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Planning;

/// <summary>Names of models: they become folder names on every system.</summary>
internal static class PackName
{
    private const string Forbidden = "<>:\"/\\|?*";

    /// <summary>Returns a usable name.</summary>
    /// <exception cref="ModelPackException">MPK1413: it cannot be a folder name.</exception>
    public static string Require(string name, string source)
    {
        if (name.Length is 0 or > 100 || name is "." or ".." || name.Any(c => c < ' ' || Forbidden.Contains(c)) || name[^1] is ' ' or '.')
        {
            throw new ModelPackException(SourceErrors.BadName, $"{source}: '{name}' cannot be the name of a folder on every system; set Name to something else.");
        }

        return name;
    }
}
