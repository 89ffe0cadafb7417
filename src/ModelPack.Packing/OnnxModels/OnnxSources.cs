using ModelPack.Packing.Sources;

namespace ModelPack.Packing.OnnxModels;

/// <summary>The kinds of sources that take the road of ONNX models.</summary>
internal static class OnnxSources
{
    // The first line whose test holds opens the path.
    private static readonly (Func<string, bool> Is, Func<string, OnnxModelSource> Open)[] Kinds =
    [
        (OnnxFileSource.Is, OnnxFileSource.Open),
        (EncoderSource.IsEncoder, EncoderSource.Open),
    ];

    /// <summary>Opens a path, or gives null where it is none of these kinds.</summary>
    /// <exception cref="ModelPackException">It is one of them and cannot be used.</exception>
    public static OnnxModelSource? TryOpen(string path) => Array.Find(Kinds, kind => kind.Is(path)).Open?.Invoke(path);
}
