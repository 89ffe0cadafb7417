namespace ModelPack.Packing.Sources;

/// <summary>A temporary folder with the small files of a model's folder and one that it lacks. Owns the folder; dispose it.</summary>
internal sealed class CompletedFolder : IDisposable
{
    private CompletedFolder() => Path = Directory.CreateTempSubdirectory("modelpack-source-").FullName;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Copies and writes; nothing stays behind where that fails.</summary>
    /// <param name="source">The model's folder.</param>
    /// <param name="copied">Names of its files to copy.</param>
    /// <param name="name">Name of the file that it lacks.</param>
    /// <param name="content">Content of that file.</param>
    public static CompletedFolder Write(string source, IEnumerable<string> copied, string name, byte[] content)
    {
        var folder = new CompletedFolder();
        try
        {
            foreach (string file in copied)
            {
                File.Copy(System.IO.Path.Combine(source, file), System.IO.Path.Combine(folder.Path, file));
            }

            File.WriteAllBytes(System.IO.Path.Combine(folder.Path, name), content);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is still reading it, or has removed it already; it lies where the system cleans up.
        }
    }
}
