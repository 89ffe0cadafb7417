namespace ModelPack.Packing.Store;

/// <summary>
/// Exclusive right to one key, among threads and processes. The system gives it up when the holder ends, however it ends.
/// Lock files stay: removing one while another process opens it would make two owners.
/// </summary>
internal sealed class KeyLock : IDisposable
{
    private const int FirstDelay = 20;
    private const int LongestDelay = 200;

    private readonly FileStream _file;

    private KeyLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if nobody has it.</summary>
    /// <exception cref="ModelPackException">MPK3002 to MPK3004: the lock file cannot be made.</exception>
    public static KeyLock? TryAcquire(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new KeyLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (StoreFault.IsBusy(e))
        {
            return null;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw StoreFault.Of(e, path);
        }
    }

    /// <summary>Takes the lock as soon as it is free.</summary>
    /// <param name="path">Lock file.</param>
    /// <param name="waiting">Called once when the lock is not free at once.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<KeyLock> AcquireAsync(string path, Action? waiting, CancellationToken cancellation)
    {
        for (int delay = FirstDelay; ; delay = Math.Min(2 * delay, LongestDelay))
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } acquired)
            {
                return acquired;
            }

            waiting?.Invoke();
            waiting = null;
            await Task.Delay(delay, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();
}
