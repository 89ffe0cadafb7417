using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>Values kept inside the model file: raw bytes, or one of the typed lists.</summary>
internal static class InlineData
{
    private enum Field
    {
        Float,
        Int32,
        Int64,
        Double,
        UInt64,
        Text,
    }

    /// <summary>True when as many values are there as <paramref name="count"/> elements need.</summary>
    public static bool Fits(TensorProto tensor, long count)
    {
        var type = (OnnxElementType)tensor.DataType;
        long bytes = type == OnnxElementType.String ? 0 : type.ByteLength(count);
        if (tensor.HasRawData && tensor.RawData.Length > 0)
        {
            return type != OnnxElementType.String && tensor.RawData.Length == bytes;
        }

        return FieldOf(type) switch
        {
            Field.Float => tensor.FloatData.Count == bytes / sizeof(float),
            Field.Int32 => tensor.Int32Data.Count == (type.BitsPerElement() < 8 ? bytes : count),
            Field.Int64 => tensor.Int64Data.Count == count,
            Field.Double => tensor.DoubleData.Count == bytes / sizeof(double),
            Field.UInt64 => tensor.Uint64Data.Count == count,
            _ => tensor.StringData.Count == count,
        };
    }

    /// <summary>The values as little-endian bytes; of raw data not a copy.</summary>
    public static ReadOnlyMemory<byte> Bytes(TensorProto tensor)
    {
        if (tensor.HasRawData && tensor.RawData.Length > 0)
        {
            return tensor.RawData.Memory;
        }

        var type = (OnnxElementType)tensor.DataType;
        int size = Math.Max(1, type.BitsPerElement() / 8);
        return FieldOf(type) switch
        {
            Field.Float => MemoryMarshal.AsBytes(tensor.FloatData.ToArray().AsSpan()).ToArray(),
            Field.Int64 => MemoryMarshal.AsBytes(tensor.Int64Data.ToArray().AsSpan()).ToArray(),
            Field.Double => MemoryMarshal.AsBytes(tensor.DoubleData.ToArray().AsSpan()).ToArray(),
            Field.UInt64 => Narrow([.. tensor.Uint64Data], size),
            Field.Int32 => Narrow([.. tensor.Int32Data.Select(value => (ulong)(uint)value)], size),
            _ => throw new NotSupportedException("Text has no bytes."),
        };
    }

    private static byte[] Narrow(ulong[] values, int size)
    {
        byte[] bytes = new byte[values.Length * size];
        for (int i = 0; i < values.Length; i++)
        {
            MemoryMarshal.AsBytes(values.AsSpan(i, 1))[..size].CopyTo(bytes.AsSpan(i * size));
        }

        return bytes;
    }

    private static Field FieldOf(OnnxElementType type) => type switch
    {
        OnnxElementType.Float32 or OnnxElementType.Complex64 => Field.Float,
        OnnxElementType.Int64 => Field.Int64,
        OnnxElementType.Float64 or OnnxElementType.Complex128 => Field.Double,
        OnnxElementType.UInt32 or OnnxElementType.UInt64 => Field.UInt64,
        OnnxElementType.String => Field.Text,
        _ => Field.Int32,
    };
}
