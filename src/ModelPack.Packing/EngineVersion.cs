namespace ModelPack.Packing;

/// <summary>Versions that go into keys, so that a better engine never serves an older engine's work.</summary>
public static class EngineVersion
{
    /// <summary>Version of the package, as in modelpack.json.</summary>
    public static string Package { get; } = typeof(EngineVersion).Assembly.GetName().Version is { } version
        ? $"{version.Major}.{version.Minor}.{version.Build}"
        : "0.0.0";

    /// <summary>Raised whenever the same input would give another packed folder: graph, layout, files.</summary>
    internal const int Folder = 4;

    /// <summary>Raised whenever the same matrix would get other codes.</summary>
    internal const int Codes = 8;

    /// <summary>Raised whenever the same tensor would get other GGUF blocks.</summary>
    internal const int Blocks = 1;

    /// <summary>Raised whenever the same model and rows would give other activations or statistics.</summary>
    internal const int Calibration = 2;

    /// <summary>Raised whenever the same ONNX file would give another graph, or other codes of its weights.</summary>
    internal const int OnnxModels = 1;

    /// <summary>Raised whenever the same model and samples would get other 8-bit activations.</summary>
    internal const int Activations = 1;
}
