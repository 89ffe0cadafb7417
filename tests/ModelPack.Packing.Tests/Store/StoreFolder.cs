using ModelPack.Packing.Store;

namespace ModelPack.Tests.Store;

/// <summary>A store of its own for one test.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-store-").FullName;
    private readonly List<PackStore> _opened = [];

    public string Root => Path.Combine(_folder, "störe with spaces");

    public List<StoreWarning> Warnings { get; } = [];

    public static string Key(int number) => $"key-{number:d8}";

    public string File(string name) => Path.Combine(_folder, name);

    public PackStore Open()
    {
        PackStore store = PackStore.Open(Root, Warnings.Add);
        _opened.Add(store);
        return store;
    }

    /// <summary>Adds a model of one file.</summary>
    public static async Task<StoreResult> AddAsync(PackStore store, int number, int bytes = 1000) =>
        await store.GetOrAddModelAsync(Key(number), $"model {number}", async (staging, token) =>
            await System.IO.File.WriteAllBytesAsync(Path.Combine(staging, "model.onnx"), Content(number, bytes), token));

    public static byte[] Content(int seed, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Files of the store that are neither locks nor finished entries.</summary>
    public IReadOnlyList<string> Leftovers() =>
        Directory.Exists(Path.Combine(Root, "staging")) ? Directory.GetFileSystemEntries(Path.Combine(Root, "staging")) : [];

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        Directory.Delete(_folder, recursive: true);
    }
}
