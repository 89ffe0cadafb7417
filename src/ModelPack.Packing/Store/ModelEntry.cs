namespace ModelPack.Packing.Store;

/// <summary>A stored model that was checked. While it is open its manifest is share-locked, which keeps clean-ups away.</summary>
internal sealed class ModelEntry : IDisposable
{
    private readonly FileStream _lease;

    private ModelEntry(FileStream lease, string folder, EntryManifest manifest)
    {
        _lease = lease;
        Folder = folder;
        Manifest = manifest;
    }

    public string Folder { get; }

    public EntryManifest Manifest { get; }

    public string ManifestPath => _lease.Name;

    /// <summary>Opens an entry; null when there is none, when it is being removed, or, with a fault, when it is damaged.</summary>
    /// <param name="layout">The store.</param>
    /// <param name="key">The entry.</param>
    /// <param name="rehash">True: read every file. False: trust those whose size and time have not changed since they were published.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="cancellation">Stops the hashing.</param>
    public static ModelEntry? TryOpen(StoreLayout layout, string key, bool rehash, out string? fault, CancellationToken cancellation)
    {
        string entry = layout.Model(key);
        string path = Path.Combine(entry, StoreLayout.ManifestName);
        fault = null;
        FileStream? lease = null;
        try
        {
            lease = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            EntryManifest? manifest = EntryManifest.TryParse(lease);
            string folder = Path.Combine(entry, StoreLayout.ContentName);
            fault = manifest is null || manifest.Key != key ? "its entry.json cannot be read" : FirstFault(folder, manifest, rehash, cancellation);
            if (fault is null)
            {
                var opened = new ModelEntry(lease, folder, manifest!);
                lease = null;
                return opened;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = Directory.Exists(entry) ? "a file is missing" : null;
        }
        catch (IOException e) when (StoreFault.IsBusy(e))
        {
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw StoreFault.Of(e, path);
        }
        finally
        {
            lease?.Dispose();
        }

        return null;
    }

    public void Dispose() => _lease.Dispose();

    private static string? FirstFault(string folder, EntryManifest manifest, bool rehash, CancellationToken cancellation)
    {
        foreach (EntryFile file in manifest.Files)
        {
            string path = Path.Combine(folder, file.Name);
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                return $"{file.Name} is missing";
            }

            if (info.Length != file.Bytes)
            {
                return $"{file.Name} has {info.Length} bytes instead of {file.Bytes}";
            }

            bool touched = info.LastWriteTimeUtc.Ticks != file.Modified;
            if ((rehash || touched) && FileHasher.Hash(path, cancellation) != file.Sha256)
            {
                return $"{file.Name} has other content than when it was published";
            }

            if (touched)
            {
                Untouch(path, file.Modified);
            }
        }

        return null;
    }

    private static void Untouch(string path, long modified)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, new DateTime(modified, DateTimeKind.Utc));
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            // It is hashed again next time.
        }
    }
}
