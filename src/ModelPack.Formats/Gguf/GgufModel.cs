using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>
/// A model in GGUF: one file, or all shards of a split one. Files are memory-mapped and checked completely when they are opened. Thread-safe;
/// close it when done.
/// </summary>
public sealed class GgufModel : IDisposable
{
    private readonly IReadOnlyList<GgufFile> _files;

    private GgufModel(IReadOnlyList<GgufFile> files)
    {
        _files = files;
        var metadata = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        foreach ((string key, GgufValue value) in files[0].Metadata.Where(pair => !GgufSplit.Keys.Contains(pair.Key)))
        {
            metadata.Add(key, value);
        }

        Metadata = metadata;
        Files = [.. files.Select(file => file.Path)];
        Tensors = [.. files.SelectMany(file => file.Tensors)];
    }

    /// <summary>Full paths: the file, or every shard in order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Metadata by key, in the order of the file; of shards that of the first one, without what says that it is one.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>Tensors in the order of the files.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens and checks a model.</summary>
    /// <param name="path">The file, or any of the shards, which lie in one folder and are called <c>NAME-00001-of-00003.gguf</c>.</param>
    /// <exception cref="ModelPackException">MPK1500 to MPK1520: a file is not there, not readable, or malformed; MPK1524 to MPK1527: a shard is missing or of another model. No file stays open.</exception>
    public static GgufModel Open(string path)
    {
        // Everything that is open, to be closed if anything is wrong.
        var open = new List<GgufFile> { GgufFile.Open(path) };
        try
        {
            return new GgufModel(GgufSplit.Read(open[0]) is { Count: > 1 } split ? OpenShards(split, open) : open);
        }
        catch
        {
            open.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Closes the files; tensors cannot be read afterwards.</summary>
    public void Dispose()
    {
        foreach (GgufFile file in _files)
        {
            file.Dispose();
        }
    }

    private static GgufFile[] OpenShards(GgufSplit split, List<GgufFile> open)
    {
        GgufFile given = open[0];
        string[] paths = split.Paths(given.Path);
        var shards = new GgufFile[split.Count];
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = i == split.Index ? given : OpenShard(paths[i], i, split, open);
            if (GgufSplit.Read(shards[i]) != split with { Index = i })
            {
                throw new ModelPackException(ShardOfAnother, $"{paths[i]}: the file does not say that it is shard {i + 1} of {split.Count} with {split.Tensors} tensors, as {Path.GetFileName(given.Path)} does; fetch all shards of one export.");
            }

            foreach (GgufTensor tensor in shards[i].Tensors)
            {
                if (!owners.TryAdd(tensor.Name, paths[i]))
                {
                    throw new ModelPackException(TensorInTwoShards, $"{paths[i]}: tensor '{tensor.Name}' is also in {Path.GetFileName(owners[tensor.Name])}; shards of different exports are mixed, fetch all shards of one.");
                }
            }
        }

        return owners.Count == split.Tensors
            ? shards
            : throw new ModelPackException(ShardTensorCount, $"{paths[0]}: the shards say that they have {split.Tensors} tensors together and they have {owners.Count}; fetch all shards of one export.");
    }

    private static GgufFile OpenShard(string path, int index, GgufSplit split, List<GgufFile> open)
    {
        if (!Path.Exists(path))
        {
            throw new ModelPackException(ShardMissing, $"{path}: shard {index + 1} of {split.Count} of this model is missing; fetch all of them into one folder.");
        }

        open.Add(GgufFile.Open(path));
        return open[^1];
    }
}
