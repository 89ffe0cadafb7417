using ModelPack.Tests;

namespace ModelPack.Tool.Tests;

/// <summary>The sample model, packed once by the real tool into a store of its own; shared by the tests of a collection.</summary>
public sealed class PackedTinyTales : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelpack tool größe ");

    public PackedTinyTales()
    {
        Packed = Path.Combine(_folder.FullName, "packed");
        Quantized = ToolRun.Start(null, Environment, "quantize", Source, "-o", Packed, "--json");
    }

    /// <summary>The Hugging Face folder in the repository.</summary>
    public static string Source => Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    /// <summary>The packed folder.</summary>
    public string Packed { get; }

    /// <summary>A folder for what a test writes.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The store's folder.</summary>
    public string Store => Path.Combine(_folder.FullName, "store");

    /// <summary>Points the tool at the store.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["MODELPACK_CACHE"] = Store };

    /// <summary>The run that packed it.</summary>
    internal ToolRun Quantized { get; }

    /// <summary>Runs the tool on the store.</summary>
    internal ToolRun Run(params string[] arguments) => ToolRun.Start(null, Environment, arguments);

    public void Dispose()
    {
        // The store's files are read-only; deleting a tree does not mind on Unix and does on Windows.
        foreach (FileInfo file in _folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.IsReadOnly = false;
        }

        _folder.Delete(recursive: true);
    }
}
