namespace ModelPack.Packing.Store;

public sealed partial class PackStore
{
    private static readonly Dictionary<string, string> NoHashes = [];

    /// <summary>Where the store has a model of this key, or will have it.</summary>
    public string FolderOf(string key) => Path.Combine(_layout.Model(key), StoreLayout.ContentName);

    /// <summary>Finds a model; sizes and times of its files are compared with what was published, and what differs is hashed.</summary>
    /// <param name="key">Key of the model: 8 to 128 lower-case letters, digits, - and _.</param>
    /// <param name="folder">Its folder; empty when there is none.</param>
    /// <returns>False when the store does not have it, or had it damaged.</returns>
    /// <exception cref="ModelPackException">MPK3002, MPK3004: the store cannot be read.</exception>
    public bool TryGetModel(string key, out string folder) => TryGetModel(key, out folder, CancellationToken.None);

    /// <summary>Finds a model, or makes it: once, however many processes ask for it at the same time.</summary>
    /// <param name="key">Key of the model: 8 to 128 lower-case letters, digits, - and _.</param>
    /// <param name="name">Name for lists and messages.</param>
    /// <param name="create">Fills an empty folder; what it throws is thrown here and nothing is published.</param>
    /// <param name="waiting">Called once, with a sentence, when another process is making this model.</param>
    /// <param name="cancellation">Ends waiting and hashing; passed on to <paramref name="create"/>.</param>
    /// <exception cref="ModelPackException">MPK3002: the store is read-only; MPK3003: its disk is full; MPK3004: it cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was published.</exception>
    public Task<StoreResult> GetOrAddModelAsync(
        string key,
        string name,
        Func<string, CancellationToken, Task> create,
        Action<string>? waiting = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        return GetOrAddModelAsync(key, name, CreateWithoutHashes, waiting, cancellation);

        async Task<IReadOnlyDictionary<string, string>> CreateWithoutHashes(string staging, CancellationToken token)
        {
            await create(staging, token).ConfigureAwait(false);
            return NoHashes;
        }
    }

    /// <summary>The same for a creator that has read its files back already and returns the SHA-256 (lower-case hexadecimal) of some of them by file name.</summary>
    /// <inheritdoc cref="GetOrAddModelAsync(string, string, Func{string, CancellationToken, Task}, Action{string}, CancellationToken)"/>
    public async Task<StoreResult> GetOrAddModelAsync(
        string key,
        string name,
        Func<string, CancellationToken, Task<IReadOnlyDictionary<string, string>>> create,
        Action<string>? waiting = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(name);
        if (TryGetModel(key, out string folder, cancellation))
        {
            return new StoreResult(folder, Hit: true);
        }

        void Waiting() => waiting?.Invoke($"waiting for another process that is packing {name}");
        using KeyLock held = await KeyLock.AcquireAsync(_layout.Lock(key), Waiting, cancellation).ConfigureAwait(false);
        if (TryUse(key, out folder, out string? fault, cancellation))
        {
            return new StoreResult(folder, Hit: true);
        }

        if (fault is not null)
        {
            DropDamaged(key, fault);
        }

        await CreateAsync(key, name, create, cancellation).ConfigureAwait(false);
        return TryUse(key, out folder, out fault, cancellation)
            ? new StoreResult(folder, Hit: false)
            : throw new ModelPackException(StoreErrors.Failed, $"{_layout.Model(key)}: the model was written but cannot be read back ({fault ?? "it is gone"}); check the disk of the store.");
    }

    private bool TryGetModel(string key, out string folder, CancellationToken cancellation)
    {
        if (TryUse(key, out folder, out string? fault, cancellation))
        {
            return true;
        }

        if (fault is not null)
        {
            try
            {
                // Without the lock somebody else may be making it anew at this moment.
                using KeyLock? held = KeyLock.TryAcquire(_layout.Lock(key));
                if (held is not null && !TryUse(key, out folder, out fault, cancellation) && fault is not null)
                {
                    DropDamaged(key, fault);
                }
            }
            catch (ModelPackException)
            {
                WarnDamaged(_layout.Model(key), fault!);
            }
        }

        return folder.Length > 0;
    }

    private bool TryUse(string key, out string folder, out string? fault, CancellationToken cancellation)
    {
        ModelEntry? entry = ModelEntry.TryOpen(_layout, key, rehash: false, out fault, cancellation);
        folder = entry?.Folder ?? string.Empty;
        if (entry is null)
        {
            return false;
        }

        Touch(entry.ManifestPath);
        if (_inUse.TryRemove(key, out ModelEntry? previous))
        {
            previous.Dispose();
        }

        if (!_inUse.TryAdd(key, entry))
        {
            entry.Dispose();
        }

        return true;
    }

    private async Task CreateAsync(string key, string name, Func<string, CancellationToken, Task<IReadOnlyDictionary<string, string>>> create, CancellationToken cancellation)
    {
        RemoveStaged(key);
        string staged = _layout.Stage(key);
        string content = Path.Combine(staged, StoreLayout.ContentName);
        try
        {
            System.IO.Directory.CreateDirectory(content);
            IReadOnlyDictionary<string, string> hashes = await create(content, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            Describe(key, name, content, hashes, cancellation).Write(Path.Combine(staged, StoreLayout.ManifestName));
            System.IO.Directory.CreateDirectory(_layout.Models);
            System.IO.Directory.Move(staged, _layout.Model(key));
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw StoreFault.Of(e, staged);
        }
        finally
        {
            FolderRemoval.TryDelete(staged);
        }

        try
        {
            Trim(MaxBytes, AutomaticGrace);
        }
        catch (ModelPackException e)
        {
            _warn?.Invoke(new StoreWarning(e.Code, e.Message));
        }
    }

    private static EntryManifest Describe(string key, string name, string content, IReadOnlyDictionary<string, string> hashes, CancellationToken cancellation)
    {
        var files = new List<EntryFile>();
        foreach (string path in System.IO.Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            File.SetAttributes(path, FileAttributes.ReadOnly);
            string relative = Path.GetRelativePath(content, path).Replace('\\', '/');
            string hash = hashes.TryGetValue(relative, out string? known) ? known : FileHasher.Hash(path, cancellation);
            var info = new FileInfo(path);
            files.Add(new EntryFile(relative, info.Length, info.LastWriteTimeUtc.Ticks, hash));
        }

        return files.Count > 0
            ? new EntryManifest(EntryManifest.CurrentVersion, key, name, files)
            : throw new InvalidOperationException($"Nothing was written for {name}.");
    }

    private void DropDamaged(string key, string fault)
    {
        string entry = _layout.Model(key);
        WarnDamaged(entry, fault);
        string aside = _layout.Stage(key);
        try
        {
            System.IO.Directory.CreateDirectory(_layout.Staging);
            System.IO.Directory.Move(entry, aside);
        }
        catch (Exception e) when (StoreFault.IsFileSystem(e))
        {
            throw StoreFault.Of(e, entry);
        }

        FolderRemoval.TryDelete(aside);
    }

    // What stopped processes left. Only the holder of the key's lock may call this.
    private void RemoveStaged(string key)
    {
        if (!System.IO.Directory.Exists(_layout.Staging))
        {
            return;
        }

        foreach (string left in System.IO.Directory.EnumerateDirectories(_layout.Staging, key + ".*"))
        {
            FolderRemoval.TryDelete(left);
        }
    }
}
