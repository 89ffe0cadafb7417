namespace ModelPack.GenAiProbe;

/// <summary>An adapter file that is switched on for a generator, which keeps it as long as it needs it.</summary>
internal sealed class GenAiAdapter : IDisposable
{
    private const string Name = "adapter";
    private readonly nint _adapters;

    public GenAiAdapter(GenAiModel model, GenAiGenerator generator, string file)
    {
        Native.Check(Native.OgaCreateAdapters(model.Handle, out _adapters));
        Native.Check(Native.OgaLoadAdapter(_adapters, file, Name));
        Native.Check(Native.OgaSetActiveAdapter(generator.Handle, _adapters, Name));
    }

    public void Dispose() => Native.OgaDestroyAdapters(_adapters);
}
