using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>Walks over the bytes of a header. Nothing is allocated before the bytes for it are known to be there.</summary>
internal ref struct GgufCursor(string path, ReadOnlySpan<byte> bytes)
{
    public const string FetchAgain = "fetch or write the file again";

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public string Path { get; } = path;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public byte UInt8(string what) => Take(1, what)[0];

    public ushort UInt16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what));

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>A number of things of which each takes at least <paramref name="leastBytes"/>.</summary>
    public int Count(string what, int leastBytes)
    {
        ulong count = UInt64(what);
        return count <= (ulong)(Left / leastBytes)
            ? (int)count
            : throw new ModelPackException(CountBeyondFile, $"{Path}: {what} is {count}, which cannot fit into the {Left} bytes that follow, so the file is truncated or damaged; {FetchAgain}.");
    }

    public string Text(string what)
    {
        ulong length = UInt64("the length of " + what);
        if (length > (ulong)Left)
        {
            throw new ModelPackException(TextBeyondFile, $"{Path}: {what} claims {length} bytes and {Left} follow, so the file is truncated or damaged; {FetchAgain}.");
        }

        ReadOnlySpan<byte> text = Take((int)length, what);
        return Utf8.IsValid(text)
            ? Encoding.UTF8.GetString(text)
            : throw new ModelPackException(TextNotUtf8, $"{Path}: {what} is not UTF-8, so the file is damaged; {FetchAgain}.");
    }

    public ReadOnlySpan<byte> Take(int length, string what)
    {
        if (length > Left)
        {
            throw new ModelPackException(HeaderTruncated, $"{Path}: the file ends within {what} at byte {Position}, so it is truncated; {FetchAgain}.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }
}
