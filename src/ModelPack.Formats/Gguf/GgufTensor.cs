using ModelPack.Formats.Gguf.Blocks;
using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Gguf;

/// <summary>
/// One tensor of an open <see cref="GgufFile"/>. Immutable and thread-safe; reads are copies and throw <see cref="ObjectDisposedException"/>
/// once the file is closed.
/// </summary>
public sealed class GgufTensor
{
    private readonly MappedFile _data;

    internal GgufTensor(MappedFile data, GgufEntry entry, long dataStart)
    {
        _data = data;
        Name = entry.Name;
        Type = entry.Type;
        Shape = entry.Shape;
        ElementCount = entry.ElementCount;
        ByteOffset = dataStart + entry.Offset;
        ByteLength = entry.ByteLength;
    }

    /// <summary>Full path of the file.</summary>
    public string File => _data.Path;

    /// <summary>Name in the file.</summary>
    public string Name { get; }

    /// <summary>How the values are stored.</summary>
    public GgufTensorType Type { get; }

    /// <summary>Dimensions, outermost first: the reverse of the file's order, and that of safetensors.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>First byte of the tensor in the file.</summary>
    public long ByteOffset { get; }

    /// <summary>Bytes of the tensor without padding.</summary>
    public long ByteLength { get; }

    /// <summary>Product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>True where <see cref="ReadFloat32"/> knows the type.</summary>
    public bool CanDecode => BlockDecoding.CanDecode(Type);

    /// <summary>Reads consecutive elements as float32, exactly as ggml decodes them.</summary>
    /// <param name="firstElement">Index of the first element, row by row; the start of a block.</param>
    /// <param name="destination">Whole blocks, as many as it has room for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor or cuts a block.</exception>
    /// <exception cref="ModelPackException">MPK1521: the type is not decoded yet; MPK1522: the file has become shorter since it was opened.</exception>
    public void ReadFloat32(long firstElement, Span<float> destination)
    {
        CheckRange(firstElement, destination.Length, ElementCount);
        int elements = Type.ElementsPerBlock();
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstElement % elements, 0, nameof(firstElement));
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length % elements, 0, nameof(destination));
        if (!CanDecode)
        {
            throw new ModelPackException(GgufErrors.NotDecoded, $"{_data.Path}: tensor '{Name}' is stored as {Type}, which this version does not decode; use a file in one of {string.Join(", ", BlockDecoding.Types)}.");
        }

        // Both lengths of a read are 32-bit numbers; four bytes an element is the most.
        int most = int.MaxValue / sizeof(float) / elements * elements;
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length, most);
            Read(firstElement / elements * Type.BytesPerBlock(), count / elements * Type.BytesPerBlock(), new Destination<float>(Type, destination[..count]), static (bytes, to) =>
            {
                BlockDecoding.ToFloat32(to.Type, bytes, to.Span);
                return 0;
            });
            firstElement += count;
            destination = destination[count..];
        }
    }

    /// <summary>Reads stored bytes as they are.</summary>
    /// <param name="offset">First byte, counted from the start of the tensor.</param>
    /// <param name="destination">As many bytes as it has room for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    /// <exception cref="ModelPackException">MPK1522: the file has become shorter since it was opened.</exception>
    public void ReadBytes(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length, ByteLength);
        Read(offset, destination.Length, new Destination<byte>(Type, destination), static (bytes, to) =>
        {
            bytes.CopyTo(to.Span);
            return 0;
        });
    }

    /// <summary>Takes the tensor's pages out of the process's resident memory; reading again brings them back.</summary>
    public void Release() => _data.Release(ByteOffset, ByteLength);

    private static void CheckRange(long first, long count, long available)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, available - count);
    }

    private void Read<TState>(long offset, int length, TState state, MappedFile.Reader<TState, int> reader)
        where TState : allows ref struct
    {
        try
        {
            _data.Read(ByteOffset + offset, length, state, reader);
        }
        catch (EndOfStreamException e)
        {
            throw new ModelPackException(GgufErrors.FileShrank, $"{_data.Path}: the file became shorter while tensor '{Name}' was read; let whatever writes it finish, then run again.", e);
        }
    }

    private readonly ref struct Destination<T>(GgufTensorType type, Span<T> span)
    {
        public readonly GgufTensorType Type = type;
        public readonly Span<T> Span = span;
    }
}
