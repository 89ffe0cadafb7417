using System.Runtime.InteropServices;

namespace ModelPack.GenAiProbe;

/// <summary>An opened folder. Dispose it before the process ends.</summary>
internal sealed class GenAiModel : IDisposable
{
    private readonly nint _model;

    public GenAiModel(string libraryFolder, string modelFolder, int threads)
    {
        NativeLibraryFolder.Use(libraryFolder);
        Native.Check(Native.OgaCreateConfig(modelFolder, out nint config));
        try
        {
            Native.Check(Native.OgaConfigOverlay(config, "{\"model\":{\"decoder\":{\"session_options\":{\"intra_op_num_threads\":" + threads + "}}}}"));
            Native.Check(Native.OgaCreateModelFromConfig(config, out _model));
        }
        finally
        {
            Native.OgaDestroyConfig(config);
        }

        Native.Check(Native.OgaModelGetType(_model, out nint type));
        Type = Marshal.PtrToStringUTF8(type)!;
        Native.OgaDestroyString(type);
    }

    /// <summary>The native model.</summary>
    public nint Handle => _model;

    public string Type { get; }

    public GenAiGenerator Generate(int maxLength, bool obeyEndTokens = true) => new(_model, maxLength, obeyEndTokens);

    public void Dispose() => Native.OgaDestroyModel(_model);
}
