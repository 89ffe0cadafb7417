using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Writing;

/// <summary>Puts a finished model into the folder that the user asked for, whole or not at all.</summary>
internal static class OutputFolder
{
    private const string ManifestName = "modelpack.json";

    /// <summary>Checks before any work that <paramref name="folder"/> can be replaced.</summary>
    /// <exception cref="ModelPackException">MPK1412: it holds something else, or cannot be written.</exception>
    public static void RequireReplaceable(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(path))
        {
            throw new ModelPackException(SourceErrors.OutputInUse, $"{path} is a file; choose a folder for the packed model.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(Path.Combine(path, ManifestName)))
        {
            throw new ModelPackException(SourceErrors.OutputInUse, $"{path} is not empty and holds no packed model; choose another folder, or empty this one.");
        }

        string parent = Path.GetDirectoryName(path) ?? path;
        try
        {
            Directory.CreateDirectory(parent);
            string probe = Path.Combine(parent, $".modelpack-{Environment.ProcessId}.tmp");
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(SourceErrors.OutputInUse, $"{path} cannot be written ({e.Message}); choose another folder or change its permissions.", e);
        }
    }

    /// <summary>Copies the files of <paramref name="finished"/>; readers see the old folder or the new one, never a mixture.</summary>
    public static void Publish(string finished, string folder, CancellationToken cancellation)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string parent = Path.GetDirectoryName(path) ?? path;
        string staging = Path.Combine(parent, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        string retired = staging + ".old";
        try
        {
            Directory.CreateDirectory(staging);
            foreach (string file in Directory.EnumerateFiles(finished).Order(StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                string copy = Path.Combine(staging, Path.GetFileName(file));
                File.Copy(file, copy, overwrite: true);
                // The store's files are read-only; a copy belongs to the user.
                File.SetAttributes(copy, File.GetAttributes(copy) & ~FileAttributes.ReadOnly);
            }

            if (Directory.Exists(path))
            {
                Directory.Move(path, retired);
            }

            Directory.Move(staging, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!Directory.Exists(path) && Directory.Exists(retired))
            {
                Directory.Move(retired, path);
            }

            throw new ModelPackException(SourceErrors.OutputInUse, $"{path} cannot be written ({e.Message}); free space or choose another folder.", e);
        }
        finally
        {
            Discard(staging);
            Discard(retired);
        }
    }

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
