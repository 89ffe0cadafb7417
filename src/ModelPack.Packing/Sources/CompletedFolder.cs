using ModelPack.Runtime.Tokenization.Conversion;

namespace ModelPack.Packing.Sources;

/// <summary>A temporary folder with the small files of a model's folder and one that it lacks. Owns the folder; dispose it.</summary>
internal sealed class CompletedFolder : IDisposable
{
    private const string Tokenizer = "tokenizer.json";

    private CompletedFolder() => Path = Directory.CreateTempSubdirectory("modelpack-source-").FullName;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>What a packed folder carries of a model's folder, tokenizer.json among it.</summary>
    /// <param name="source">The model's folder.</param>
    /// <param name="companions">Names of files that are carried where they are there, tokenizer.json first.</param>
    /// <returns>
    /// A folder to copy from, or null where the model's own will do; the names of the files to copy; and the names of the files that decide them, in the
    /// model's folder.
    /// </returns>
    /// <exception cref="ModelPackException">MPK1404: there is no tokenizer; MPK41xx: one that cannot be converted.</exception>
    public static (CompletedFolder? Folder, string[] Copied, string[] Inputs) OfModel(string source, IEnumerable<string> companions)
    {
        string[] copied = [.. companions.Where(file => File.Exists(System.IO.Path.Combine(source, file)))];
        if (copied.Contains(Tokenizer))
        {
            return (null, copied, copied);
        }

        IReadOnlyList<string> older = TokenizerConversion.FindFiles(source);
        return older.Count > 0
            ? (Write(source, copied, Tokenizer, TokenizerConversion.ToJson(source)), [Tokenizer, .. copied], [.. copied.Union(older)])
            : throw new ModelPackException(SourceErrors.NoTokenizer, $"{source} has no {Tokenizer}; put the model's {TokenizerConversion.Forms} there.");
    }

    /// <summary>Copies and writes; nothing stays behind where that fails.</summary>
    /// <param name="source">The model's folder.</param>
    /// <param name="copied">Names of its files to copy.</param>
    /// <param name="name">Name of the file that it lacks.</param>
    /// <param name="content">Content of that file.</param>
    private static CompletedFolder Write(string source, IEnumerable<string> copied, string name, byte[] content)
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
