using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures;

/// <summary>An initializer of a decoder graph that lies in the data file: its bytes are those of its parts, one after the other. Immutable, thread-safe.</summary>
/// <param name="InitializerName">Name in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Parts">Where the bytes come from.</param>
public sealed record GraphTensor(string InitializerName, OnnxElementType Type, IReadOnlyList<long> Dims, IReadOnlyList<GraphTensorPart> Parts)
{
    /// <summary>
    /// Initializer, earlier in the list, that has the same bytes under another shape; null for most. Both should point at one
    /// place in the data file: a tied table then lies there once, for the head and for the embedding.
    /// </summary>
    public string? SameBytesAs { get; init; }

    /// <summary>Number of bytes.</summary>
    public long ByteLength => Parts.Sum(part => part.ByteLength);
}
