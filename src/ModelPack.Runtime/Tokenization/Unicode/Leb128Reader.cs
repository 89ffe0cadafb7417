namespace ModelPack.Runtime.Tokenization.Unicode;

/// <summary>Reads unsigned LEB128 numbers.</summary>
internal ref struct Leb128Reader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public int Next()
    {
        int value = 0;
        int shift = 0;
        byte next;
        do
        {
            next = _bytes[_at++];
            value |= (next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        return value;
    }
}
