using System.Collections.Concurrent;

namespace ModelPack.Packing.Store;

/// <summary>
/// The store of finished work, shared by all projects and processes of a user: packed models and decisions about single
/// weights by key, and hashes of source files. What is under a key never changes. A stopped process leaves nothing that is
/// read later; what was damaged is dropped, with a warning, and made again. Thread-safe.
/// </summary>
/// <remarks>
/// A model that was asked for is in use, and cannot be pruned, until this object is disposed or the process ends.
/// </remarks>
public sealed partial class PackStore : IDisposable
{
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    private readonly StoreLayout _layout;
    private readonly HashMemo _hashes;
    private readonly Action<StoreWarning>? _warn;
    private readonly ConcurrentDictionary<string, ModelEntry> _inUse = new(StringComparer.Ordinal);

    private PackStore(StoreLayout layout, long maxBytes, Action<StoreWarning>? warn)
    {
        _layout = layout;
        _hashes = new HashMemo(layout);
        _warn = warn;
        MaxBytes = maxBytes;
    }

    /// <summary>Full path of the store.</summary>
    public string Directory => _layout.Root;

    /// <summary>Size above which the least recently used entries go when a model is added: <c>MODELPACK_CACHE_SIZE</c>, else 20 GB.</summary>
    public long MaxBytes { get; }

    /// <summary>Opens the store; its folder is made when something is first written.</summary>
    /// <param name="directory">Folder; null or empty: <c>MODELPACK_CACHE</c>, else the user's cache folder.</param>
    /// <param name="warn">Receives what was put right by itself; called from any thread.</param>
    /// <exception cref="ModelPackException">MPK3001: there cannot be a store; MPK3008: <c>MODELPACK_CACHE_SIZE</c> is not a size.</exception>
    public static PackStore Open(string? directory = null, Action<StoreWarning>? warn = null)
    {
        string root = string.IsNullOrEmpty(directory)
            ? StoreLocation.Directory(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows())
            : Path.GetFullPath(directory);
        if (File.Exists(root))
        {
            throw new ModelPackException(StoreErrors.BadLocation, $"{root}: the store must be a folder and this is a file; point MODELPACK_CACHE at a folder.");
        }

        return new PackStore(new StoreLayout(root), StoreLocation.Size(Environment.GetEnvironmentVariable), warn);
    }

    /// <summary>SHA-256 of a file in lower-case hexadecimal; read again only when size or times of the file have changed.</summary>
    /// <exception cref="ModelPackException">MPK3006: the file cannot be read; MPK3007: it changed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public string HashFile(string path, CancellationToken cancellation = default) => _hashes.Hash(path, cancellation);

    /// <summary>Hashes of several files, in their order, computed in parallel.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="threads">Files read at once; 0: one a processor.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="HashFile" path="/exception"/>
    public IReadOnlyList<string> HashFiles(IReadOnlyList<string> paths, int threads = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] hashes = new string[paths.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, paths.Count, options, i => hashes[i] = HashFile(paths[i], cancellation));
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<ModelPackException>().FirstOrDefault() is { } first)
        {
            throw new ModelPackException(first.Code, first.Message, e);
        }

        return hashes;
    }

    /// <summary>Ends the use of all models that were asked for through this object.</summary>
    public void Dispose()
    {
        foreach (string key in _inUse.Keys)
        {
            if (_inUse.TryRemove(key, out ModelEntry? entry))
            {
                entry.Dispose();
            }
        }
    }

    private static void Touch(string path)
    {
        try
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > TouchEvery)
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            // A read-only store can still be read; it only forgets when.
        }
    }

    private void WarnDamaged(string path, string fault) =>
        _warn?.Invoke(new StoreWarning(StoreErrors.Damaged, $"{path}: the stored entry is damaged ({fault}); it is made again when it is needed."));
}
