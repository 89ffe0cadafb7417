using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>An initializer whose bytes lie in a file beside the model. Immutable.</summary>
/// <param name="Name">Initializer name, unique in its graph.</param>
/// <param name="Type">Element type; anything but text.</param>
/// <param name="Dims">Shape; empty for a scalar.</param>
public sealed record ExternalTensor(string Name, OnnxElementType Type, IReadOnlyList<long> Dims)
{
    /// <summary>Elements of the tensor.</summary>
    public long ElementCount => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>Bytes of the tensor in the data file.</summary>
    public long ByteLength => Type.ByteLength(ElementCount);

    /// <summary>The initializer as a graph holds it, marked external; <see cref="ExternalLayout"/> adds file, offset and length.</summary>
    public TensorProto ToInitializer()
    {
        var tensor = new TensorProto { Name = Name, DataType = (int)Type, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(Dims);
        return tensor;
    }
}
