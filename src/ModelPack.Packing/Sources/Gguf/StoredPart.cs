using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Where a weight lies in a GGUF file.</summary>
/// <param name="Tensor">The tensor that holds it.</param>
/// <param name="Shape">Its own shape, outermost dimension first.</param>
internal sealed record StoredPart(GgufTensor Tensor, IReadOnlyList<long> Shape)
{
    /// <summary>Element of the tensor where the weight begins.</summary>
    public long Start { get; init; }

    /// <summary>Rows of a head whose rows are stored in the order of <see cref="NeighbourRows"/>; 0: in the published order.</summary>
    public int HeadRows { get; init; }

    /// <summary>Bytes of the tensor before the weight.</summary>
    public long FirstByte => Bytes(Start);

    /// <summary>Bytes of the weight.</summary>
    public long ByteLength => Bytes(Shape.Aggregate(1L, (product, extent) => product * extent));

    private long Bytes(long elements) => elements / Tensor.Type.ElementsPerBlock() * Tensor.Type.BytesPerBlock();
}
