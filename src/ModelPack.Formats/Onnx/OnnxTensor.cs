using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>
/// The values of one tensor, inside the model or in a mapped file. Immutable and thread-safe; reads are copies and throw
/// <see cref="ObjectDisposedException"/> once the <see cref="OnnxTensorReader"/> of an external tensor is disposed.
/// </summary>
public sealed class OnnxTensor
{
    private static readonly Dictionary<OnnxElementType, ElementType> Widenable = new()
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
        [OnnxElementType.Float8E4M3FN] = ElementType.Float8E4M3,
        [OnnxElementType.Float8E5M2] = ElementType.Float8E5M2,
    };

    private readonly MappedFile? _file;
    private readonly long _offset;
    private readonly ReadOnlyMemory<byte> _inline;

    internal OnnxTensor(TensorProto tensor, long count, MappedFile? file, long offset)
    {
        Name = tensor.Name;
        Type = (OnnxElementType)tensor.DataType;
        Dims = [.. tensor.Dims];
        ElementCount = count;
        ByteLength = Type.ByteLength(count);
        _file = file;
        _offset = offset;
        if (file is null && ByteLength > 0)
        {
            _inline = InlineData.Bytes(tensor);
        }
    }

    /// <summary>Name of the initializer; empty for values of attributes.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public OnnxElementType Type { get; }

    /// <summary>Shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Dims { get; }

    /// <summary>Product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>Bytes of the values; 0 for text.</summary>
    public long ByteLength { get; }

    /// <summary>True when <see cref="ReadFloat32"/> knows the element type: all number types of at least a byte that are not complex.</summary>
    public bool CanReadFloat32 => Widenable.ContainsKey(Type);

    /// <summary>Reads little-endian bytes as they are kept.</summary>
    /// <param name="offset">First byte, counted from the start of the tensor.</param>
    /// <param name="destination">As many bytes as it has room for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    /// <exception cref="ModelPackException">MPK1114: the file has become shorter since it was opened.</exception>
    public void ReadBytes(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length, ByteLength);
        Read(offset, destination.Length, destination, static (bytes, to) =>
        {
            bytes.CopyTo(to);
            return 0;
        });
    }

    /// <summary>Reads consecutive elements as float32.</summary>
    /// <param name="firstElement">Index of the first element, row by row.</param>
    /// <param name="destination">As many elements as it has room for.</param>
    /// <exception cref="NotSupportedException">The element type cannot be widened.</exception>
    /// <inheritdoc cref="ReadBytes" path="/exception"/>
    public void ReadFloat32(long firstElement, Span<float> destination)
    {
        CheckRange(firstElement, destination.Length, ElementCount);
        ElementType type = Widenable.TryGetValue(Type, out ElementType known) ? known : throw new NotSupportedException($"{Type} cannot be read as float32.");
        int size = type.SizeInBytes();
        int most = int.MaxValue / size;
        while (destination.Length > 0)
        {
            int count = Math.Min(destination.Length, most);
            Read(firstElement * size, count * size, new Floats(type, destination[..count]), static (bytes, to) =>
            {
                Widening.ToFloat32(to.Type, bytes, to.Span);
                return 0;
            });
            firstElement += count;
            destination = destination[count..];
        }
    }

    /// <summary>Takes the pages of an external tensor out of the process's resident memory; they may be read again.</summary>
    /// <param name="offset">First byte, counted from the start of the tensor.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    public void Release(long offset, long length)
    {
        CheckRange(offset, length, ByteLength);
        _file?.Release(_offset + offset, length);
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
        if (_file is null)
        {
            reader(_inline.Span.Slice((int)offset, length), state);
            return;
        }

        try
        {
            _file.Read(_offset + offset, length, state, reader);
        }
        catch (EndOfStreamException e)
        {
            throw new ModelPackException(OnnxErrors.FileShrank, $"{_file.Path}: the file became shorter while tensor '{Name}' was read; let whatever writes it finish, then run again.", e);
        }
    }

    private readonly ref struct Floats(ElementType type, Span<float> span)
    {
        public readonly ElementType Type = type;
        public readonly Span<float> Span = span;
    }
}
