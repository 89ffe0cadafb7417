using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>Walks over the bytes of a header. Nothing is allocated before the bytes for it are known to be there.</summary>
internal ref struct GgufCursor(string path, ReadOnlySpan<byte> bytes)
{
    public const string FetchAgain = "fetch or write the file again";

    private const string LengthOf = "the length of ";

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public string Path { get; } = path;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public byte UInt8(GgufPart part) => Take(1, part)[0];

    public uint UInt32(GgufPart part, string prefix = "") => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, part, prefix));

    public ulong UInt64(GgufPart part, string prefix = "") => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, part, prefix));

    /// <summary>A number of things of which each takes at least <paramref name="leastBytes"/>.</summary>
    public int Count(GgufPart part, int leastBytes)
    {
        ulong count = UInt64(part);
        return count <= (ulong)(Left / leastBytes)
            ? (int)count
            : throw new ModelPackException(CountBeyondFile, $"{Path}: {part} is {count}, which cannot fit into the {Left} bytes that follow, so the file is truncated or damaged; {FetchAgain}.");
    }

    /// <summary>A length in 64 bits and so many bytes of UTF-8.</summary>
    public string Text(GgufPart part)
    {
        ulong length = UInt64(part, LengthOf);
        return length <= (ulong)Left
            ? Utf8Text((int)length, part)
            : throw new ModelPackException(TextBeyondFile, $"{Path}: {part} claims {length} bytes and {Left} follow, so the file is truncated or damaged; {FetchAgain}.");
    }

    /// <summary>So many bytes of UTF-8.</summary>
    public string Utf8Text(int length, GgufPart part)
    {
        ReadOnlySpan<byte> text = Take(length, part);
        return Utf8.IsValid(text)
            ? Encoding.UTF8.GetString(text)
            : throw new ModelPackException(TextNotUtf8, $"{Path}: {part} is not UTF-8, so the file is damaged; {FetchAgain}.");
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(int length, GgufPart part, string prefix = "")
    {
        if (length > Left)
        {
            throw new ModelPackException(HeaderTruncated, $"{Path}: the file ends within {prefix}{part} at byte {Position}, so it is truncated; {FetchAgain}.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }
}
