using static ModelPack.Formats.Safetensors.SafetensorsErrors;

namespace ModelPack.Formats.Safetensors;

/// <summary>
/// The tensors of a safetensors checkpoint: one file, or the shards of an index. Files are memory-mapped and checked
/// completely when they are opened, so that a tensor which is listed can be read. Thread-safe; close it when done.
/// </summary>
public sealed class SafetensorsCheckpoint : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly SafetensorsFile[] _files;

    private SafetensorsCheckpoint(SafetensorsFile[] files, Dictionary<string, SafetensorsTensor> tensors, IReadOnlyList<string> paths)
    {
        _files = files;
        Tensors = tensors;
        Files = paths;
        Metadata = files.Length == 1 ? files[0].Header.Metadata : new Dictionary<string, string>();
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>Full paths of every file the tensors depend on: the index, when there is one, then the safetensors files.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The <c>__metadata__</c> of a single file; empty for shards.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="folderOrFile">A folder with model.safetensors or model.safetensors.index.json, a .safetensors file, or an index.</param>
    /// <exception cref="ModelPackException">MPK1001 to MPK1029: nothing there, or a file is malformed; no file stays open.</exception>
    public static SafetensorsCheckpoint Open(string folderOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderOrFile);
        string path = Locate(Path.GetFullPath(folderOrFile));
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OpenShards(SafetensorsIndex.Read(path)) : OpenSingle(path);
    }

    /// <summary>Closes the files; tensors cannot be read afterwards.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private static string Locate(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? path : throw new ModelPackException(NotFound, $"{path}: there is no such file or folder; check the path of the model.");
        }

        foreach (string name in (ReadOnlySpan<string>)[SingleName, IndexName])
        {
            if (Path.Exists(Path.Combine(path, name)))
            {
                return Path.Combine(path, name);
            }
        }

        throw new ModelPackException(NoCheckpointInFolder, $"{path}: the folder holds neither {SingleName} nor {IndexName}; fetch the model's safetensors files, or convert its weights to safetensors.");
    }

    private static SafetensorsCheckpoint OpenSingle(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        var tensors = file.Header.Entries.ToDictionary(e => e.Name, e => new SafetensorsTensor(file, e), StringComparer.Ordinal);
        return new SafetensorsCheckpoint([file], tensors, [path]);
    }

    private static SafetensorsCheckpoint OpenShards(SafetensorsIndex index)
    {
        string folder = Path.GetDirectoryName(index.Path)!;
        var files = new List<SafetensorsFile>();
        try
        {
            var owners = new Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)>(StringComparer.Ordinal);
            foreach (string shard in index.Shards)
            {
                string path = Path.Combine(folder, shard);
                if (!Path.Exists(path))
                {
                    throw new ModelPackException(MissingShard, $"{path}: {Path.GetFileName(index.Path)} names this shard but it is missing; fetch all shards of the model.");
                }

                SafetensorsFile file = SafetensorsFile.Open(path);
                files.Add(file);
                foreach (SafetensorsEntry entry in file.Header.Entries)
                {
                    if (!owners.TryAdd(entry.Name, (file, entry)))
                    {
                        throw new ModelPackException(TensorInTwoShards, $"{path}: tensor '{entry.Name}' is also in {Path.GetFileName(owners[entry.Name].File.Data.Path)}; shards of different exports are mixed, fetch all shards of one.");
                    }
                }
            }

            var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
            foreach ((string name, string shard) in index.ShardOfTensor)
            {
                if (!owners.TryGetValue(name, out var owner) || Path.GetFileName(owner.File.Data.Path) != shard)
                {
                    throw new ModelPackException(TensorNotInShard, $"{Path.Combine(folder, shard)}: {Path.GetFileName(index.Path)} says that tensor '{name}' is here but it is not; fetch the index and all shards of one export.");
                }

                tensors.Add(name, new SafetensorsTensor(owner.File, owner.Entry));
            }

            return new SafetensorsCheckpoint([.. files], tensors, [index.Path, .. files.Select(f => f.Data.Path)]);
        }
        catch
        {
            files.ForEach(f => f.Dispose());
            throw;
        }
    }
}
