using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>The real chat model, taken over once for all tests of a class.</summary>
public sealed class SmolLm2 : IDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly Lazy<PackResult> _packed;

    public SmolLm2() => _packed = new Lazy<PackResult>(() => Packer.PackAsync(new PackRequest(File, Recipe.Default, _store.Store)).GetAwaiter().GetResult());

    public static string Folder => SharedFolder.Require("models/smollm2-135m-instruct");

    public static string File => Path.Combine(Folder, "SmolLM2-135M-Instruct.Q4_1.gguf");

    public PackResult Packed => _packed.Value;

    public void Dispose() => _store.Dispose();
}
