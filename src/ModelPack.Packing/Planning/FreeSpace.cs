namespace ModelPack.Packing.Planning;

/// <summary>Free bytes of the disk that holds a folder.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that this user may still write, or null where the system does not say.</summary>
    public static long? Of(string folder)
    {
        string? existing = Path.GetFullPath(folder);
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        try
        {
            return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
