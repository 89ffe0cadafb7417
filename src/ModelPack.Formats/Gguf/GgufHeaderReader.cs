using System.Buffers.Binary;
using System.Text;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>Parses the header of a GGUF file, version 2 or 3, as strictly as llama.cpp does; whatever is wrong with it is an error of its own.</summary>
internal static class GgufHeaderReader
{
    /// <summary>The key whose value is the alignment of the data.</summary>
    public const string AlignmentKey = "general.alignment";

    // llama.cpp keeps names in 64 bytes, the last of them zero.
    private const int MostNameBytes = 63;
    private const int MostDimensions = 4;
    private const uint OldestVersion = 2;
    private const uint NewestVersion = 3;
    private const int UsualAlignment = 32;

    // An empty key, its type and a one-byte value; an empty name, its rank, type and offset.
    private const int LeastPairBytes = 8 + 4 + 1;
    private const int LeastEntryBytes = 8 + 4 + 4 + 8;

    /// <summary>Parses and checks the header.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="bytes">The file from its start, as far as a span reaches.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    public static GgufHeader Parse(string path, ReadOnlySpan<byte> bytes, long fileLength)
    {
        if (!bytes.StartsWith("GGUF"u8))
        {
            throw new ModelPackException(NotGguf, $"{path}: the file does not start with 'GGUF', so it is another format or only a pointer to the file; fetch the file itself.");
        }

        var cursor = new GgufCursor(path, bytes);
        cursor.Take(4, "the magic");
        uint version = cursor.UInt32("the version");
        if (version is < OldestVersion or > NewestVersion)
        {
            string reason = BinaryPrimitives.ReverseEndianness(version) is >= 1 and <= NewestVersion ? "the file is big-endian" : $"the file is GGUF version {version}";
            throw new ModelPackException(UnsupportedVersion, $"{path}: {reason}, and versions {OldestVersion} and {NewestVersion} in little-endian order are read; convert it with a current llama.cpp.");
        }

        int tensors = cursor.Count("the number of tensors", LeastEntryBytes);
        int pairs = cursor.Count("the number of metadata values", LeastPairBytes);
        OrderedDictionary<string, GgufValue> metadata = ReadMetadata(ref cursor, pairs);
        int alignment = ReadAlignment(path, metadata);
        List<GgufEntry> entries = ReadEntries(ref cursor, tensors, alignment);
        long dataStart = Align(cursor.Position, alignment);
        if (entries is [.., var last] && dataStart + last.Offset + last.ByteLength > fileLength)
        {
            GgufEntry beyond = entries.First(entry => dataStart + entry.Offset + entry.ByteLength > fileLength);
            throw new ModelPackException(BeyondFile, $"{path}: tensor '{beyond.Name}' ends at byte {dataStart + beyond.Offset + beyond.ByteLength} but the file has only {fileLength}, so it is truncated; {GgufCursor.FetchAgain}.");
        }

        return new GgufHeader(version, metadata, entries, alignment, dataStart);
    }

    /// <summary>The next multiple of the alignment, a power of two.</summary>
    public static long Align(long offset, int alignment) => (offset + alignment - 1) & -(long)alignment;

    private static OrderedDictionary<string, GgufValue> ReadMetadata(ref GgufCursor cursor, int pairs)
    {
        var metadata = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        for (int i = 0; i < pairs; i++)
        {
            string key = cursor.Text(new GgufPart("metadata key", Number: i));
            if (key.Length == 0 || metadata.ContainsKey(key))
            {
                throw new ModelPackException(BadKey, $"{cursor.Path}: the metadata has {(key.Length == 0 ? "an empty key" : $"the key '{key}' twice")}; {GgufCursor.FetchAgain}.");
            }

            metadata.Add(key, GgufValueReader.Read(ref cursor, key));
        }

        return metadata;
    }

    private static int ReadAlignment(string path, OrderedDictionary<string, GgufValue> metadata)
    {
        if (!metadata.TryGetValue(AlignmentKey, out GgufValue? value))
        {
            return UsualAlignment;
        }

        return value.Content is uint alignment and <= 1 << 30 && uint.IsPow2(alignment)
            ? (int)alignment
            : throw new ModelPackException(BadAlignment, $"{path}: {AlignmentKey} must be a power of two up to 2^30, as a 32-bit number; {GgufCursor.FetchAgain}.");
    }

    private static List<GgufEntry> ReadEntries(ref GgufCursor cursor, int tensors, int alignment)
    {
        var entries = new List<GgufEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        long expected = 0;
        for (int i = 0; i < tensors; i++)
        {
            string name = cursor.Text(new GgufPart("the name of tensor", Number: i));
            if (Encoding.UTF8.GetByteCount(name) is 0 or > MostNameBytes)
            {
                throw new ModelPackException(BadTensorName, $"{cursor.Path}: the name of tensor {i}, '{name}', must have 1 to {MostNameBytes} bytes; {GgufCursor.FetchAgain}.");
            }

            if (!names.Add(name))
            {
                throw new ModelPackException(DuplicateTensor, $"{cursor.Path}: tensor '{name}' is in the header twice; {GgufCursor.FetchAgain}.");
            }

            GgufEntry entry = ReadEntry(ref cursor, name);

            // llama.cpp refuses gaps and other orders too.
            if (entry.Offset != expected)
            {
                throw new ModelPackException(BadOffset, $"{cursor.Path}: tensor '{name}' starts at byte {(ulong)entry.Offset} of the data and must follow the one before it at {expected}; {GgufCursor.FetchAgain}.");
            }

            entries.Add(entry);
            if (entry.ByteLength > long.MaxValue - expected - alignment - int.MaxValue)
            {
                throw TooLarge(ref cursor, name, entry.Shape);
            }

            expected += Align(entry.ByteLength, alignment);
        }

        return entries;
    }

    private static GgufEntry ReadEntry(ref GgufCursor cursor, string name)
    {
        uint rank = cursor.UInt32(new GgufPart("the rank of tensor", name));
        if (rank > MostDimensions)
        {
            throw new ModelPackException(BadRank, $"{cursor.Path}: tensor '{name}' has {rank} dimensions and GGUF allows {MostDimensions}; {GgufCursor.FetchAgain}.");
        }

        // The file has the dimension first whose elements lie side by side.
        long[] shape = new long[rank];
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong extent = cursor.UInt64(new GgufPart("the shape of tensor", name));
            shape[i] = extent <= long.MaxValue ? (long)extent : throw TooLarge(ref cursor, name, [(long)extent]);
        }

        uint id = cursor.UInt32(new GgufPart("the type of tensor", name));
        var type = (GgufTensorType)id;
        if (!GgufTensorTypes.IsKnown(type))
        {
            throw new ModelPackException(UnknownTensorType, $"{cursor.Path}: tensor '{name}' has the type {id}, which current GGUF files do not have; convert the model again with a current llama.cpp.");
        }

        long offset = (long)cursor.UInt64(new GgufPart("the place of tensor", name));
        long row = shape.Length > 0 ? shape[^1] : 1;
        if (row % type.ElementsPerBlock() != 0)
        {
            throw new ModelPackException(BrokenRow, $"{cursor.Path}: tensor '{name}' has rows of {row} elements, which are no whole blocks of {type} ({type.ElementsPerBlock()} elements); {GgufCursor.FetchAgain}.");
        }

        try
        {
            long count = shape.Aggregate(1L, (product, extent) => checked(product * extent));
            return new GgufEntry(name, type, shape, count, offset, checked(count / type.ElementsPerBlock() * type.BytesPerBlock()));
        }
        catch (OverflowException)
        {
            throw TooLarge(ref cursor, name, shape);
        }
    }

    private static ModelPackException TooLarge(ref GgufCursor cursor, string name, long[] shape) =>
        new(ShapeTooLarge, $"{cursor.Path}: tensor '{name}' has the shape [{string.Join(", ", shape.Select(extent => (ulong)extent))}], whose size does not fit 63 bits; {GgufCursor.FetchAgain}.");
}
