using Google.Protobuf;
using ModelPack.Formats.Onnx.Protobuf;
using AttributeType = ModelPack.Formats.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace ModelPack.Formats.Onnx;

/// <summary>Value of a node attribute. Converts from numbers, text, arrays of them, tensors and graphs.</summary>
public readonly struct OnnxAttributeValue
{
    private readonly AttributeProto _proto;

    private OnnxAttributeValue(AttributeProto proto) => _proto = proto;

    /// <summary>An INT attribute.</summary>
    public static implicit operator OnnxAttributeValue(int value) => new(new AttributeProto { Type = AttributeType.Int, I = value });

    /// <summary>An INT attribute.</summary>
    public static implicit operator OnnxAttributeValue(long value) => new(new AttributeProto { Type = AttributeType.Int, I = value });

    /// <summary>A FLOAT attribute.</summary>
    public static implicit operator OnnxAttributeValue(float value) => new(new AttributeProto { Type = AttributeType.Float, F = value });

    /// <summary>A STRING attribute.</summary>
    public static implicit operator OnnxAttributeValue(string value) => new(new AttributeProto { Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) });

    /// <summary>A TENSOR attribute.</summary>
    public static implicit operator OnnxAttributeValue(TensorProto value) => new(new AttributeProto { Type = AttributeType.Tensor, T = value });

    /// <summary>A GRAPH attribute.</summary>
    public static implicit operator OnnxAttributeValue(GraphProto value) => new(new AttributeProto { Type = AttributeType.Graph, G = value });

    /// <summary>An INTS attribute.</summary>
    public static implicit operator OnnxAttributeValue(long[] value) => new(new AttributeProto { Type = AttributeType.Ints, Ints = { value } });

    /// <summary>A FLOATS attribute.</summary>
    public static implicit operator OnnxAttributeValue(float[] value) => new(new AttributeProto { Type = AttributeType.Floats, Floats = { value } });

    /// <summary>A STRINGS attribute.</summary>
    public static implicit operator OnnxAttributeValue(string[] value) =>
        new(new AttributeProto { Type = AttributeType.Strings, Strings = { value.Select(ByteString.CopyFromUtf8) } });

    /// <summary>The attribute as a node holds it; a copy.</summary>
    public AttributeProto ToProto(string name)
    {
        AttributeProto proto = _proto.Clone();
        proto.Name = name;
        return proto;
    }
}
