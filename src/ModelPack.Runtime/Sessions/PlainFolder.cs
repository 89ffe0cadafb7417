namespace ModelPack.Runtime.Sessions;

/// <summary>Packed folders without genai_config.json: encoders and other ONNX models. Their manifest names the graph.</summary>
internal static class PlainFolder
{
    private const string Manifest = "modelpack.json";
    private const string Extension = ".onnx";

    /// <summary>True for a folder whose manifest lists a graph and no genai_config.json; one that should have that file is another's.</summary>
    /// <exception cref="ModelPackException">MPK4003: the manifest cannot be read.</exception>
    public static bool Is(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Manifest)) || File.Exists(Path.Combine(folder, GenAiSettings.FileName)))
        {
            return false;
        }

        IReadOnlyList<string> files = Files(folder);
        return !files.Contains(GenAiSettings.FileName) && files.Any(IsGraph);
    }

    /// <summary>Name of the graph's file.</summary>
    public static string ModelFile(string folder) => Files(folder).First(IsGraph);

    private static bool IsGraph(string file) => file.EndsWith(Extension, StringComparison.Ordinal);

    private static IReadOnlyList<string> Files(string folder)
    {
        using var manifest = JsonFile.Open(Path.Combine(folder, Manifest), RuntimeErrors.BadConfig);
        return [.. manifest.Root.Objects("files").Select(file => file.Text("name", null))];
    }
}
