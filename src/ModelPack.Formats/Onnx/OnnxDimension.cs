using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>One dimension of a graph input or output: a fixed size or a named, variable one. Converts from <see cref="long"/> and <see cref="string"/>.</summary>
public readonly record struct OnnxDimension
{
    private OnnxDimension(long size, string? name)
    {
        Size = size;
        Name = name;
    }

    /// <summary>The fixed size; 0 when <see cref="Name"/> is set.</summary>
    public long Size { get; }

    /// <summary>Name of a variable dimension such as <c>batch_size</c>; null for a fixed one.</summary>
    public string? Name { get; }

    /// <summary>A fixed dimension.</summary>
    public static implicit operator OnnxDimension(long size) => new(size, null);

    /// <summary>A variable dimension.</summary>
    public static implicit operator OnnxDimension(string name) => new(0, name);

    /// <summary>Same as the conversion from <see cref="long"/>.</summary>
    public static OnnxDimension FromInt64(long size) => size;

    /// <summary>Same as the conversion from <see cref="string"/>.</summary>
    public static OnnxDimension FromString(string name) => name;

    internal TensorShapeProto.Types.Dimension ToProto() => Name is null
        ? new TensorShapeProto.Types.Dimension { DimValue = Size }
        : new TensorShapeProto.Types.Dimension { DimParam = Name };
}
