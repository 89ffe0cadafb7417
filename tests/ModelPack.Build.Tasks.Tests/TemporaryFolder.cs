namespace ModelPack.Build.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => FullPath = Directory.CreateTempSubdirectory("modelpack-tasks-").FullName;

    public string FullPath { get; }

    /// <summary>Writes a file of long ago, so that a memo may be written right after it.</summary>
    public string Write(string name, string content)
    {
        string path = Path.Combine(FullPath, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-5));
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(path)!, DateTime.UtcNow.AddMinutes(-5));
        return path;
    }

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
