namespace ModelPack.Packing.Store;

/// <summary>Deletes folders of the store, whose files are read-only.</summary>
internal static class FolderRemoval
{
    /// <summary>Deletes a folder or file; false when something of it could not be deleted, for instance because a program has it open on Windows.</summary>
    public static bool TryDelete(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                File.Delete(path);
                return true;
            }

            if (OperatingSystem.IsWindows())
            {
                foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
                {
                    File.SetAttributes(file, FileAttributes.Normal);
                }
            }

            Directory.Delete(path, recursive: true);
            return true;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            return false;
        }
    }

    /// <summary>Bytes of a folder's files, or of a file; 0 when it is gone.</summary>
    public static long Bytes(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
                : new FileInfo(path).Length;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            return 0;
        }
    }
}
