namespace ModelPack.Formats.Onnx;

/// <summary>Sizes of <see cref="OnnxElementType"/> values. Pure and thread-safe.</summary>
public static class OnnxElementTypes
{
    private static readonly byte[] Bits =
    [
        0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2,
    ];

    private static readonly Dictionary<Type, OnnxElementType> OfClrType = new()
    {
        [typeof(float)] = OnnxElementType.Float32,
        [typeof(byte)] = OnnxElementType.UInt8,
        [typeof(sbyte)] = OnnxElementType.Int8,
        [typeof(ushort)] = OnnxElementType.UInt16,
        [typeof(short)] = OnnxElementType.Int16,
        [typeof(int)] = OnnxElementType.Int32,
        [typeof(long)] = OnnxElementType.Int64,
        [typeof(bool)] = OnnxElementType.Bool,
        [typeof(Half)] = OnnxElementType.Float16,
        [typeof(double)] = OnnxElementType.Float64,
        [typeof(uint)] = OnnxElementType.UInt32,
        [typeof(ulong)] = OnnxElementType.UInt64,
    };

    /// <summary>Bits of one element: 2 to 128; 0 for text, <see cref="OnnxElementType.Undefined"/> and unknown values.</summary>
    public static int BitsPerElement(this OnnxElementType type) => (uint)type < (uint)Bits.Length ? Bits[(int)type] : 0;

    /// <summary>Bytes of <paramref name="count"/> elements without gaps; elements below a byte are packed and the last byte is filled up.</summary>
    /// <exception cref="OverflowException">More than 2^63 - 1 bytes.</exception>
    public static long ByteLength(this OnnxElementType type, long count)
    {
        int bits = type.BitsPerElement();
        return bits >= 8 ? checked(count * (bits / 8)) : (count / 8 * bits) + ((((count % 8) * bits) + 7) / 8);
    }

    /// <summary>The element type that a .NET number type is stored as.</summary>
    /// <exception cref="NotSupportedException">The type has no ONNX counterpart.</exception>
    public static OnnxElementType Of<T>()
        where T : unmanaged =>
        OfClrType.TryGetValue(typeof(T), out OnnxElementType type) ? type : throw new NotSupportedException($"{typeof(T)} is not an ONNX element type.");
}
