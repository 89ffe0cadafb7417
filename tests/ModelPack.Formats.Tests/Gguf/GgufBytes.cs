using System.Buffers.Binary;
using System.Text;
using ModelPack.Formats.Gguf;

namespace ModelPack.Tests.Gguf;

/// <summary>Makes GGUF files byte by byte, right or wrong ones.</summary>
internal sealed class GgufBytes
{
    private readonly List<byte> _bytes = [];

    public GgufBytes(ulong tensors, ulong pairs, uint version = 3, string magic = "GGUF") =>
        Raw(Encoding.ASCII.GetBytes(magic)).U32(version).U64(tensors).U64(pairs);

    public GgufBytes U32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes U64(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The bytes of a text value.</summary>
    public static byte[] TextValue(string text) => [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public GgufBytes Text(string text) => U64((ulong)Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>A key, a type and the value's bytes.</summary>
    public GgufBytes Pair(string key, GgufValueType type, params byte[] value) => Text(key).U32((uint)type).Raw(value);

    public GgufBytes ArrayPair(string key, GgufValueType element, ulong count, params byte[] values) =>
        Text(key).U32((uint)GgufValueType.Array).U32((uint)element).U64(count).Raw(values);

    /// <summary>A tensor info; dimensions in the file's order.</summary>
    public GgufBytes Tensor(string name, GgufTensorType type, ulong offset, params ulong[] dimensions)
    {
        Text(name).U32((uint)dimensions.Length);
        foreach (ulong dimension in dimensions)
        {
            U64(dimension);
        }

        return U32((uint)type).U64(offset);
    }

    public GgufBytes Pad(int alignment = 32)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
