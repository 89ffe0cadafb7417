namespace ModelPack.Runtime.Sessions;

/// <summary>Finds the folder of a packed model from a path or a name.</summary>
internal static class PackedFolder
{
    private const string ModelsFolder = "models";

    /// <summary>
    /// The full path of the folder: the path itself, the path beside the application, or <c>models/&lt;name&gt;</c> beside the
    /// application or in the current directory, whichever comes first.
    /// </summary>
    /// <exception cref="ModelPackException">MPK4001 lists what was looked for.</exception>
    public static string Find(string pathOrName)
    {
        string[] candidates =
        [
            Path.GetFullPath(pathOrName),
            Path.GetFullPath(pathOrName, AppContext.BaseDirectory),
            Path.GetFullPath(Path.Combine(ModelsFolder, pathOrName), AppContext.BaseDirectory),
            Path.GetFullPath(Path.Combine(ModelsFolder, pathOrName)),
        ];
        var distinct = candidates.Distinct().ToList();
        return distinct.FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, GenAiSettings.FileName)) || PlainFolder.Is(candidate))
            ?? distinct.FirstOrDefault(Directory.Exists)
            ?? throw new ModelPackException(
                RuntimeErrors.ModelNotFound,
                $"No packed model '{pathOrName}': looked for the folders {string.Join(", ", distinct)}; build the project that declares it, or give the path of the folder that `dotnet modelpack quantize` wrote.");
    }

    /// <summary>The full path of a file that the folder must have.</summary>
    public static string RequireFile(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? path
            : throw new ModelPackException(RuntimeErrors.FileMissing, $"{path} is missing: the folder is not a packed model, or was not copied completely; pack or copy it again.");
    }
}
