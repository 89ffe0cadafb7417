using ModelPack.Tests;

namespace ModelPack.Runtime.Tests;

/// <summary>The model of the samples, packed without quantization and opened: one for all tests of a class.</summary>
public sealed class TinyTales : IDisposable
{
    private readonly PackedSample _sample = new(Source, PackedSample.Float);

    public static string Source { get; } = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    public PackedModel Model => _sample.Model;

    public string Folder => _sample.Folder;

    public void Dispose() => _sample.Dispose();
}
