using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelPack.Formats.Gguf;

/// <summary>Makes the bytes before the tensor data of a GGUF file, version 3, and checks them with the reader's rules.</summary>
internal static class GgufHeaderWriter
{
    private const uint Version = 3;
    private const int UsualAlignment = 32;

    /// <summary>The header with the padding behind it, and the alignment of the data.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="metadata">Values in the order in which they are written.</param>
    /// <param name="tensors">Tensors in the order of their data.</param>
    /// <exception cref="ModelPackException">MPK1508 to MPK1518: something that no reader would take.</exception>
    /// <exception cref="ArgumentException">A value's type is not that of its content.</exception>
    public static (byte[] Bytes, int Alignment) Write(string path, IReadOnlyList<KeyValuePair<string, GgufValue>> metadata, IReadOnlyList<GgufTensorInfo> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        buffer.Write("GGUF"u8);
        Number(buffer, Version);
        Number(buffer, (ulong)tensors.Count);
        Number(buffer, (ulong)metadata.Count);
        foreach ((string key, GgufValue value) in metadata)
        {
            Text(buffer, key);
            Value(buffer, key, value);
        }

        // Where the key has another type or value, the check below refuses it.
        int alignment = metadata.LastOrDefault(pair => pair.Key == GgufHeaderReader.AlignmentKey).Value?.Content is uint set and > 0 and <= 1 << 30 && uint.IsPow2(set)
            ? (int)set
            : UsualAlignment;
        long offset = 0;
        foreach (GgufTensorInfo tensor in tensors)
        {
            Text(buffer, tensor.Name);
            Number(buffer, (uint)tensor.Shape.Count);
            foreach (long extent in tensor.Shape.Reverse())
            {
                Number(buffer, (ulong)extent);
            }

            Number(buffer, (uint)tensor.Type);
            Number(buffer, (ulong)offset);
            offset = unchecked(GgufHeaderReader.Align(offset + tensor.ByteLength, alignment));
        }

        GgufHeaderReader.Parse(path, buffer.WrittenSpan, long.MaxValue);
        byte[] bytes = new byte[GgufHeaderReader.Align(buffer.WrittenCount, alignment)];
        buffer.WrittenSpan.CopyTo(bytes);
        return (bytes, alignment);
    }

    private static void Value(ArrayBufferWriter<byte> buffer, string key, GgufValue value)
    {
        if (value.Type != GgufValue.Of(value.Content).Type || value.ElementType != GgufValue.Of(value.Content).ElementType)
        {
            throw new ArgumentException($"The value of '{key}' is said to be {value.Type} of {value.ElementType} and holds {value.Content.GetType().Name}.", nameof(value));
        }

        Number(buffer, (uint)value.Type);
        if (value.Type == GgufValueType.Array)
        {
            Number(buffer, (uint)value.ElementType);
            Number(buffer, (ulong)((Array)value.Content).Length);
        }

        Content(buffer, value.Content);
    }

    private static void Content(ArrayBufferWriter<byte> buffer, object content)
    {
        switch (content)
        {
            case string text:
                Text(buffer, text);
                break;
            case string[] texts:
                Array.ForEach(texts, text => Text(buffer, text));
                break;
            case bool[] truths:
                buffer.Write(MemoryMarshal.AsBytes(truths.AsSpan()));
                break;
            case Array numbers:
                buffer.Write(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(numbers), Buffer.ByteLength(numbers)));
                break;
            default:
                Array single = Array.CreateInstance(content.GetType(), 1);
                single.SetValue(content, 0);
                Content(buffer, single);
                break;
        }
    }

    private static void Text(ArrayBufferWriter<byte> buffer, string text)
    {
        Number(buffer, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, buffer);
    }

    private static void Number(ArrayBufferWriter<byte> buffer, uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), number);
        buffer.Advance(sizeof(uint));
    }

    private static void Number(ArrayBufferWriter<byte> buffer, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), number);
        buffer.Advance(sizeof(ulong));
    }
}
