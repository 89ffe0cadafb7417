using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>Where the bytes of one initializer lie in an external data file. Immutable except for <paramref name="Initializer"/>, which belongs to the model.</summary>
/// <param name="Initializer">The initializer in the model.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Length">Bytes.</param>
public sealed record ExternalPlacement(TensorProto Initializer, long Offset, long Length)
{
    /// <summary>Name of the initializer.</summary>
    public string Name => Initializer.Name;
}
