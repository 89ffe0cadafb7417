namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A golden checkpoint with a tokenizer in a temporary folder, as a user would have it.</summary>
internal sealed class CaseFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public CaseFolder(GoldenCase golden)
    {
        FullPath = Path.Combine(_root, golden.Name);
        Directory.CreateDirectory(FullPath);
        foreach (string file in Directory.EnumerateFiles(golden.Folder).Where(file => Path.GetFileName(file) is var name && (name == "config.json" || name.StartsWith("model", StringComparison.Ordinal))))
        {
            File.Copy(file, Path.Combine(FullPath, Path.GetFileName(file)));
        }

        CharacterTokenizer.Write(FullPath);
    }

    public string FullPath { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
