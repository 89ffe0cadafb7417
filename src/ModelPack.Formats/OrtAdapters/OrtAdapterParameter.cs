using ModelPack.Formats.Onnx;

namespace ModelPack.Formats.OrtAdapters;

/// <summary>One tensor of an adapter file: the value of an optional input of a graph. Immutable, thread-safe.</summary>
/// <param name="Name">Name of the graph's input.</param>
/// <param name="Type">Element type; anything but text, at least a byte an element.</param>
/// <param name="Dims">Shape.</param>
public sealed record OrtAdapterParameter(string Name, OnnxElementType Type, IReadOnlyList<long> Dims)
{
    /// <summary>Bytes of the values.</summary>
    public long ByteLength => Type.ByteLength(Dims.Aggregate(1L, (product, dim) => checked(product * dim)));
}
