using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Safetensors;

/// <summary>
/// Writes one safetensors file as a stream: the tensors are declared first, then their bytes are written in the same order,
/// in pieces of any size. Not thread-safe.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private const int DataAlignment = 64;

    private readonly FileStream _file;
    private long _missing;

    private SafetensorsWriter(FileStream file, long dataLength)
    {
        _file = file;
        _missing = dataLength;
    }

    /// <summary>Creates or replaces a file and writes its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Names, types and shapes in the order in which the data will follow.</param>
    /// <param name="metadata">Free text pairs, or null.</param>
    /// <exception cref="ModelPackException">MPK1031: the file cannot be written.</exception>
    /// <exception cref="ArgumentException">A name occurs twice or a dimension is negative.</exception>
    public static SafetensorsWriter Create(
        string path,
        IEnumerable<(string Name, ElementType Type, IReadOnlyList<long> Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        byte[] header = Header(tensors, metadata, out long dataLength);
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
            file.Write(header);
            return new SafetensorsWriter(file, dataLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(SafetensorsErrors.Unwritable, $"{path}: the file cannot be written ({e.Message.TrimEnd('.')}); choose a folder that can be written to.", e);
        }
    }

    /// <summary>Writes the next bytes of the data.</summary>
    /// <exception cref="InvalidOperationException">More bytes than were declared.</exception>
    /// <exception cref="ModelPackException">MPK1031: the disk is full, or the like.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _missing)
        {
            throw new InvalidOperationException($"{bytes.Length} bytes are written and {_missing} were left of what the header declares.");
        }

        _missing -= bytes.Length;
        Guarded(bytes, static (file, data) => file.Write(data));
    }

    /// <summary>Checks that all declared bytes were written, and closes the file.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing.</exception>
    /// <exception cref="ModelPackException">MPK1031: the disk is full, or the like.</exception>
    public void Complete()
    {
        if (_missing != 0)
        {
            throw new InvalidOperationException($"{_missing} bytes of what the header declares were not written.");
        }

        Guarded([], static (file, _) => file.Dispose());
    }

    /// <summary>Closes the file, complete or not.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What could not be written has been reported by Write or Complete.
        }
    }

    private static byte[] Header(
        IEnumerable<(string Name, ElementType Type, IReadOnlyList<long> Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata,
        out long dataLength)
    {
        dataLength = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach ((string name, ElementType type, IReadOnlyList<long> shape) in tensors)
            {
                if (!names.Add(name) || shape.Any(dim => dim < 0))
                {
                    throw new ArgumentException($"Tensor '{name}' occurs twice or has a negative dimension.", nameof(tensors));
                }

                long end = checked(dataLength + shape.Aggregate((long)type.SizeInBytes(), (product, dim) => checked(product * dim)));
                WriteEntry(json, name, type, shape, dataLength, end);
                dataLength = end;
            }

            json.WriteEndObject();
        }

        int length = (buffer.WrittenCount + SafetensorsHeader.PrefixLength + DataAlignment - 1) / DataAlignment * DataAlignment;
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, length - SafetensorsHeader.PrefixLength);
        buffer.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.PrefixLength));
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, ElementType type, IReadOnlyList<long> shape, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", SafetensorsTypes.Name(type));
        json.WriteStartArray("shape");
        foreach (long dim in shape)
        {
            json.WriteNumberValue(dim);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Guarded(ReadOnlySpan<byte> bytes, FileAction write)
    {
        try
        {
            write(_file, bytes);
        }
        catch (IOException e)
        {
            throw new ModelPackException(SafetensorsErrors.Unwritable, $"{_file.Name}: the file cannot be written ({e.Message.TrimEnd('.')}); free some disk space or choose another folder.", e);
        }
    }

    private delegate void FileAction(FileStream file, ReadOnlySpan<byte> bytes);
}
