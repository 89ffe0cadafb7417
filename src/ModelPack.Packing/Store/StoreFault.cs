namespace ModelPack.Packing.Store;

/// <summary>Turns what the file system reports into the store's errors.</summary>
internal static class StoreFault
{
    // errno of Linux and macOS where they agree, and Windows error codes as HRESULTs.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    public static bool IsFileSystem(Exception e) => e is IOException or UnauthorizedAccessException;

    public static bool IsBusy(IOException e) =>
        e.HResult is WindowsSharingViolation or WindowsLockViolation
        || (!OperatingSystem.IsWindows() && e.HResult == (OperatingSystem.IsLinux() ? 11 : 35));

    /// <summary>The error for a file or folder of the store that could not be written.</summary>
    public static ModelPackException Of(Exception cause, string path)
    {
        (string code, string meaning, string wayOut) = cause switch
        {
            UnauthorizedAccessException or { HResult: ReadOnlyFileSystem } => (StoreErrors.Unwritable, "the store is read-only here", "make it writable or point MODELPACK_CACHE at another folder"),
            { HResult: WindowsDiskFull or WindowsHandleDiskFull } => (StoreErrors.DiskFull, "the disk of the store is full", FreeSpace),
            { HResult: NoSpace } or { HResult: 122 } when !OperatingSystem.IsWindows() => (StoreErrors.DiskFull, "the disk of the store is full", FreeSpace),
            _ => (StoreErrors.Failed, "the store cannot be used", "check that folder and disk, or point MODELPACK_CACHE at another folder"),
        };
        return new ModelPackException(code, $"{path}: {meaning} ({cause.Message.TrimEnd('.')}); {wayOut}.", cause);
    }

    private const string FreeSpace = "free some space, run `dotnet modelpack cache prune`, or point MODELPACK_CACHE at another disk";
}
