namespace ModelPack.Formats.Gguf;

/// <summary>A tensor that is to be written.</summary>
/// <param name="Name">1 to 63 bytes of UTF-8.</param>
/// <param name="Type">How its values are stored.</param>
/// <param name="Shape">At most four dimensions, outermost first; the last one is a row, of whole blocks.</param>
public sealed record GgufTensorInfo(string Name, GgufTensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Bytes of the tensor without padding; 0 for a type that GGUF does not have.</summary>
    public long ByteLength => GgufTensorTypes.IsKnown(Type)
        ? unchecked(Shape.Aggregate(1L, (product, extent) => product * extent) / Type.ElementsPerBlock() * Type.BytesPerBlock())
        : 0;
}
