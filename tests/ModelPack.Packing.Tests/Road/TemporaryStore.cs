using ModelPack.Packing.Store;

namespace ModelPack.Packing.Tests.Road;

/// <summary>A store of its own that is removed with everything in it.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-store-").FullName;

    public TemporaryStore() => Store = PackStore.Open(Path.Combine(_folder, "store"));

    public PackStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        foreach (string file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(_folder, recursive: true);
    }
}
