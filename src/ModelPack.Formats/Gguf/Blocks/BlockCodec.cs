namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Takes consecutive blocks of one type apart and puts them together; all lengths have been checked before. Pure and thread-safe.</summary>
internal abstract class BlockCodec
{
    public abstract GgufBlockShape Shape { get; }

    public abstract void Decode(ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>Element by element: the reference for <see cref="Decode"/>.</summary>
    public abstract void DecodeScalar(ReadOnlySpan<byte> source, Span<float> destination);

    public abstract void Unpack(ReadOnlySpan<byte> source, BlockParts parts);

    /// <summary>Element by element: the reference for <see cref="Unpack"/>.</summary>
    public abstract void UnpackScalar(ReadOnlySpan<byte> source, BlockParts parts);

    public abstract void Pack(BlockParts parts, Span<byte> destination);

    /// <summary>Element by element: the reference for <see cref="Pack"/>.</summary>
    public abstract void PackScalar(BlockParts parts, Span<byte> destination);
}
