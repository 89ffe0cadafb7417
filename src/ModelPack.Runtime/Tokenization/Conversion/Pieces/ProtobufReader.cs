using System.Buffers.Binary;

namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>Walks the fields of one protobuf message (protobuf.dev/programming-guides/encoding). False and not an exception where the bytes are none.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>Its wire type: 0 number, 1 eight bytes, 2 bytes, 5 four bytes.</summary>
    public int WireType { get; private set; }

    /// <summary>A number, or the bits of a fixed value.</summary>
    public ulong Number { get; private set; }

    /// <summary>The bytes of wire type 2.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where the field began.</summary>
    public int Place { get; private set; }

    public readonly bool AtEnd => _at == _message.Length;

    /// <summary>A float of wire type 5.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    /// <summary>Reads the next field; groups, which nothing here uses, count as damage.</summary>
    public bool TryRead()
    {
        Place = _at;
        Bytes = default;
        if (!TryReadVarint(out ulong tag) || tag >> 3 is 0 or > int.MaxValue >> 2)
        {
            return false;
        }

        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        switch (WireType)
        {
            case 0:
                bool read = TryReadVarint(out ulong number);
                Number = number;
                return read;
            case 1 when _message.Length - _at >= sizeof(ulong):
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_message[_at..]);
                _at += sizeof(ulong);
                return true;
            case 2 when TryReadVarint(out ulong length) && length <= (ulong)(_message.Length - _at):
                Bytes = _message.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            case 5 when _message.Length - _at >= sizeof(uint):
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_message[_at..]);
                _at += sizeof(uint);
                return true;
            default:
                return false;
        }
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && _at < _message.Length; shift += 7)
        {
            byte next = _message[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
