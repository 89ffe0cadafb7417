using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>Values that go into a model or come out of it: type, shape and an array of its own. Immutable, thread-safe.</summary>
public sealed class SampleTensor
{
    private static readonly Dictionary<OnnxElementType, ElementType> Numbers = new()
    {
        [OnnxElementType.Bool] = ElementType.Bool,
        [OnnxElementType.UInt8] = ElementType.UInt8,
        [OnnxElementType.Int8] = ElementType.Int8,
        [OnnxElementType.UInt16] = ElementType.UInt16,
        [OnnxElementType.Int16] = ElementType.Int16,
        [OnnxElementType.UInt32] = ElementType.UInt32,
        [OnnxElementType.Int32] = ElementType.Int32,
        [OnnxElementType.UInt64] = ElementType.UInt64,
        [OnnxElementType.Int64] = ElementType.Int64,
        [OnnxElementType.Float16] = ElementType.Float16,
        [OnnxElementType.BFloat16] = ElementType.BFloat16,
        [OnnxElementType.Float32] = ElementType.Float32,
        [OnnxElementType.Float64] = ElementType.Float64,
    };

    private readonly byte[] _bytes;
    private readonly string[]? _texts;

    private SampleTensor(OnnxElementType type, long[] shape, byte[] bytes, string[]? texts)
    {
        Type = type;
        Shape = shape;
        _bytes = bytes;
        _texts = texts;
    }

    /// <summary>Element type.</summary>
    public OnnxElementType Type { get; }

    /// <summary>Shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Product of the dimensions.</summary>
    public long Count => Shape.Aggregate(1L, (product, dim) => checked(product * dim));

    /// <summary>True for floats of 16, 32 and 64 bits.</summary>
    public bool IsFloat => Type is OnnxElementType.Float32 or OnnxElementType.Float16 or OnnxElementType.BFloat16 or OnnxElementType.Float64;

    /// <summary>The values, little-endian, row by row; empty for text.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Copies values of a .NET number type.</summary>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static SampleTensor Of<T>(ReadOnlySpan<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged => Of(OnnxElementTypes.Of<T>(), shape, MemoryMarshal.AsBytes(values));

    /// <summary>Copies raw little-endian values.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit type and shape.</exception>
    public static SampleTensor Of(OnnxElementType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new SampleTensor(type, shape.ToArray(), bytes.ToArray(), null);
        return type.ByteLength(tensor.Count) == bytes.Length ? tensor : throw new ArgumentException($"{bytes.Length} bytes do not fit {tensor.Count} elements of {type}.", nameof(bytes));
    }

    /// <summary>Copies texts.</summary>
    /// <exception cref="ArgumentException">The number of texts does not fit the shape.</exception>
    public static SampleTensor Of(ReadOnlySpan<long> shape, ReadOnlySpan<string> texts)
    {
        var tensor = new SampleTensor(OnnxElementType.String, shape.ToArray(), [], texts.ToArray());
        return tensor.Count == texts.Length ? tensor : throw new ArgumentException($"{texts.Length} texts do not fit the shape.", nameof(texts));
    }

    /// <summary>The values as float32.</summary>
    /// <exception cref="NotSupportedException">They are no numbers.</exception>
    public float[] ToFloats()
    {
        if (!Numbers.TryGetValue(Type, out ElementType type))
        {
            throw new NotSupportedException($"{Type} cannot be read as float32.");
        }

        var values = new float[Count];
        Widening.ToFloat32(type, _bytes, values);
        return values;
    }

    /// <summary>True when all values are the same.</summary>
    internal bool SameValues(SampleTensor other) => _texts is null ? _bytes.AsSpan().SequenceEqual(other._bytes) : other._texts is not null && _texts.SequenceEqual(other._texts);

    /// <summary>The values as ONNX Runtime takes them; the caller disposes them.</summary>
    internal OrtValue ToOrtValue()
    {
        long[] shape = [.. Shape];
        if (_texts is not null)
        {
            OrtValue texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            for (int i = 0; i < _texts.Length; i++)
            {
                texts.StringTensorSetElementAt(_texts[i], i);
            }

            return texts;
        }

        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)Type, shape);
        _bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    /// <summary>Copies a tensor of ONNX Runtime's; null for what is no tensor.</summary>
    internal static SampleTensor? Of(OrtValue value)
    {
        if (!value.IsTensor)
        {
            return null;
        }

        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.String
            ? Of(info.Shape, value.GetStringTensorAsArray())
            : Of((OnnxElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData());
    }
}
