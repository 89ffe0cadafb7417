using ModelPack.Packing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;

namespace ModelPack.Runtime.Tests;

/// <summary>A model packed by the whole road into a folder of its own, and opened.</summary>
internal sealed class PackedSample : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public PackedSample(string source, params (string Name, string Value)[] settings)
    {
        Folder = _temporary.File(Path.GetFileName(source));
        var recipe = Recipe.Parse(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        var request = new PackRequest(source, recipe, PackStore.Open(_temporary.File("store")), OutputFolder: Folder);
        Packer.PackAsync(request).GetAwaiter().GetResult();
        Model = PackedModel.Open(Folder, SmallModel.OneThread);
    }

    public string Folder { get; }

    public PackedModel Model { get; }

    /// <summary>Settings that leave every weight as it is.</summary>
    public static (string Name, string Value)[] Float => [("Bits", "16"), ("HeadBits", "16"), ("EmbeddingBits", "16")];

    public void Dispose()
    {
        Model.Dispose();
        foreach (string file in Directory.EnumerateFiles(_temporary.Path, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _temporary.Dispose();
    }
}
