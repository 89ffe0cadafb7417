using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Safetensors;

/// <summary>
/// One tensor of an open <see cref="SafetensorsCheckpoint"/>. Immutable and thread-safe; reads are copies and throw
/// <see cref="ObjectDisposedException"/> once the checkpoint is closed.
/// </summary>
public sealed class SafetensorsTensor
{
    private readonly MappedFile _data;

    internal SafetensorsTensor(SafetensorsFile file, SafetensorsEntry entry)
    {
        _data = file.Data;
        Name = entry.Name;
        Type = entry.Type;
        Shape = entry.Shape;
        ElementCount = entry.ElementCount;
        ByteOffset = file.Header.DataStart + entry.Begin;
        ByteLength = entry.End - entry.Begin;
    }

    /// <summary>Name in the checkpoint.</summary>
    public string Name { get; }

    /// <summary>Type of the stored elements.</summary>
    public ElementType Type { get; }

    /// <summary>Dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Full path of the file that holds the tensor.</summary>
    public string File => _data.Path;

    /// <summary>First byte of the tensor in <see cref="File"/>.</summary>
    public long ByteOffset { get; }

    /// <summary>Bytes of the tensor.</summary>
    public long ByteLength { get; }

    /// <summary>Product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>Reads consecutive elements as float32.</summary>
    /// <param name="firstElement">Index of the first element, row by row.</param>
    /// <param name="destination">As many elements as it has room for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    /// <exception cref="ModelPackException">MPK1030: the file has become shorter since it was opened.</exception>
    public void ReadFloat32(long firstElement, Span<float> destination)
    {
        CheckRange(firstElement, destination.Length, ElementCount);
        int size = Type.SizeInBytes();
        int most = int.MaxValue / size;
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length, most);
            Read(firstElement * size, count * size, new Destination<float>(Type, destination[..count]), static (bytes, to) =>
            {
                Widening.ToFloat32(to.Type, bytes, to.Span);
                return 0;
            });
            firstElement += count;
            destination = destination[count..];
        }
    }

    /// <summary>Reads stored bytes as they are.</summary>
    /// <param name="offset">First byte, counted from the start of the tensor.</param>
    /// <param name="destination">As many bytes as it has room for.</param>
    /// <inheritdoc cref="ReadFloat32" path="/exception"/>
    public void ReadBytes(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length, ByteLength);
        Read(offset, destination.Length, new Destination<byte>(Type, destination), static (bytes, to) =>
        {
            bytes.CopyTo(to.Span);
            return 0;
        });
    }

    /// <summary>
    /// Takes the pages of these elements out of the process's resident memory, which would otherwise grow by all that is read;
    /// reading them again is allowed and brings them back.
    /// </summary>
    /// <param name="firstElement">Index of the first element.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    public void Release(long firstElement, long count)
    {
        CheckRange(firstElement, count, ElementCount);
        int size = Type.SizeInBytes();
        _data.Release(ByteOffset + (firstElement * size), count * size);
    }

    private static void CheckRange(long first, long count, long available)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
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
            throw new ModelPackException(SafetensorsErrors.FileShrank, $"{File}: the file became shorter while tensor '{Name}' was read; let whatever writes it finish, then run again.", e);
        }
    }

    private readonly ref struct Destination<T>(ElementType type, Span<T> span)
    {
        public readonly ElementType Type = type;
        public readonly Span<T> Span = span;
    }
}
