namespace ModelPack.Packing.Store;

public sealed partial class PackStore
{
    // A build copies from the store after the process that packed has ended.
    private static readonly TimeSpan AutomaticGrace = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TensorWriteTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan HashLifetime = TimeSpan.FromDays(90);

    /// <summary>Everything in the store: models, then tensors, each with the most recently used first.</summary>
    public IReadOnlyList<StoreEntry> Entries()
    {
        IEnumerable<StoreEntry> models = Children(_layout.Models, folders: true).Select(DescribeModel);
        IEnumerable<StoreEntry> tensors = Children(_layout.Tensors, folders: true).SelectMany(group => Children(group, folders: false)).Select(DescribeTensor);
        return [.. models.Concat(tensors).Where(entry => StoreLayout.IsKey(entry.Key)).OrderBy(entry => entry.Kind).ThenByDescending(entry => entry.LastUsed).ThenBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    /// <summary>Reads every byte of the store and drops what is damaged.</summary>
    /// <param name="checked">Called with every entry that was read, and what was wrong with it, or null.</param>
    /// <param name="cancellation">Stops between entries.</param>
    /// <returns>The damaged entries; what is being made anew at the moment is left out.</returns>
    public IReadOnlyList<StoreEntry> Verify(Action<StoreEntry, string?>? @checked = null, CancellationToken cancellation = default)
    {
        var damaged = new List<StoreEntry>();
        foreach (StoreEntry entry in Entries())
        {
            cancellation.ThrowIfCancellationRequested();
            string? fault = entry.Kind == StoreEntryKind.Model ? VerifyModel(entry, cancellation) : VerifyTensor(entry);
            if (fault is not null)
            {
                damaged.Add(entry);
            }

            @checked?.Invoke(entry, fault);
        }

        return damaged;
    }

    /// <summary>Removes the least recently used entries until the rest fits, and what stopped processes left.</summary>
    /// <param name="maxBytes">Bytes that may stay; entries in use stay beyond that.</param>
    public StoreCleanup Prune(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        RemoveOldHashes();
        return Trim(maxBytes, TimeSpan.Zero);
    }

    /// <summary>Removes everything that is not in use.</summary>
    public StoreCleanup Clear()
    {
        FolderRemoval.TryDelete(_layout.Hashes);
        return Trim(0, TimeSpan.Zero);
    }

    private StoreCleanup Trim(long maxBytes, TimeSpan grace)
    {
        long freed = RemoveAbandoned();
        IReadOnlyList<StoreEntry> entries = Entries();
        long total = entries.Sum(entry => entry.Bytes);
        DateTime latest = DateTime.UtcNow - grace;
        int removed = 0;
        int kept = 0;
        foreach (StoreEntry entry in entries.OrderBy(entry => entry.LastUsed).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (total <= maxBytes)
            {
                break;
            }

            bool gone = entry.LastUsed <= latest && (entry.Kind == StoreEntryKind.Model ? TryRemoveModel(entry) : FolderRemoval.TryDelete(entry.Path));
            removed += gone ? 1 : 0;
            kept += gone ? 0 : 1;
            freed += gone ? entry.Bytes : 0;
            total -= gone ? entry.Bytes : 0;
        }

        return new StoreCleanup(removed, freed, kept);
    }

    private bool TryRemoveModel(StoreEntry entry)
    {
        using KeyLock? held = KeyLock.TryAcquire(_layout.Lock(entry.Key));
        if (held is null)
        {
            return false;
        }

        string aside = _layout.Stage(entry.Key);
        try
        {
            using FileStream? exclusive = TryOpenExclusively(Path.Combine(entry.Path, StoreLayout.ManifestName));
            if (OperatingSystem.IsWindows())
            {
                // A folder with open files cannot be renamed there.
                exclusive?.Dispose();
            }

            System.IO.Directory.CreateDirectory(_layout.Staging);
            System.IO.Directory.Move(entry.Path, aside);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            return false;
        }

        FolderRemoval.TryDelete(aside);
        return true;
    }

    private static FileStream? TryOpenExclusively(string manifest) =>
        File.Exists(manifest) ? new FileStream(manifest, FileMode.Open, FileAccess.Read, FileShare.None) : null;

    private long RemoveAbandoned()
    {
        long bytes = 0;
        foreach (string folder in Children(_layout.Staging, folders: true).Where(path => StoreLayout.IsKey(StoreLayout.StagedKey(path))))
        {
            using KeyLock? held = KeyLock.TryAcquire(_layout.Lock(StoreLayout.StagedKey(folder)));
            long size = held is null ? 0 : FolderRemoval.Bytes(folder);
            bytes += held is not null && FolderRemoval.TryDelete(folder) ? size : 0;
        }

        foreach (string file in Children(_layout.Staging, folders: false))
        {
            long size = FolderRemoval.Bytes(file);
            bytes += DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TensorWriteTime && FolderRemoval.TryDelete(file) ? size : 0;
        }

        return bytes;
    }

    private void RemoveOldHashes()
    {
        foreach (string memo in Children(_layout.Hashes, folders: true).SelectMany(group => Children(group, folders: false)))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(memo) > HashLifetime)
            {
                FolderRemoval.TryDelete(memo);
            }
        }
    }

    private string? VerifyModel(StoreEntry entry, CancellationToken cancellation)
    {
        using KeyLock? held = KeyLock.TryAcquire(_layout.Lock(entry.Key));
        if (held is null)
        {
            return null;
        }

        using ModelEntry? opened = ModelEntry.TryOpen(_layout, entry.Key, rehash: true, out string? fault, cancellation);
        if (fault is not null)
        {
            DropDamaged(entry.Key, fault);
        }

        return fault;
    }

    private string? VerifyTensor(StoreEntry entry)
    {
        try
        {
            if (TensorFile.IsWhole(entry.Path))
            {
                return null;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            return e.Message;
        }

        const string Fault = "its lengths or its check sum are wrong";
        WarnDamaged(entry.Path, Fault);
        FolderRemoval.TryDelete(entry.Path);
        return Fault;
    }

    private static StoreEntry DescribeModel(string path)
    {
        string manifestPath = Path.Combine(path, StoreLayout.ManifestName);
        string key = Path.GetFileName(path);
        try
        {
            using var stream = new FileStream(manifestPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (EntryManifest.TryParse(stream) is { } manifest)
            {
                return new StoreEntry(StoreEntryKind.Model, key, manifest.Name, manifest.Bytes, File.GetLastWriteTimeUtc(manifestPath), path);
            }
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            // Damaged or just being removed: it is listed with what it takes on the disk.
        }

        return new StoreEntry(StoreEntryKind.Model, key, string.Empty, FolderRemoval.Bytes(path), System.IO.Directory.GetLastWriteTimeUtc(path), path);
    }

    private static StoreEntry DescribeTensor(string path) =>
        new(StoreEntryKind.Tensor, Path.GetFileName(path), string.Empty, FolderRemoval.Bytes(path), File.GetLastWriteTimeUtc(path), path);

    private static string[] Children(string folder, bool folders)
    {
        try
        {
            return folders ? System.IO.Directory.GetDirectories(folder) : System.IO.Directory.GetFiles(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw StoreFault.Of(e, folder);
        }
    }
}
