namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>The numbers of consecutive blocks, taken apart: see <see cref="GgufBlocks.Unpack"/>. Packing only reads them.</summary>
internal readonly ref struct BlockParts
{
    public required Span<byte> Codes { get; init; }

    public required Span<sbyte> SubScales { get; init; }

    public required Span<byte> SubMinimums { get; init; }

    public required Span<Half> Scales { get; init; }

    public required Span<Half> Minimums { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> unless every span has the length for that many blocks.</summary>
    public void Check(GgufBlockShape shape, int blocks)
    {
        Check(shape, Codes.Length, blocks, shape.ElementsPerBlock, "codes");
        Check(shape, SubScales.Length, blocks, shape.SubScalesPerBlock, "subScales");
        Check(shape, SubMinimums.Length, blocks, shape.SubMinimumsPerBlock, "subMinimums");
        Check(shape, Scales.Length, blocks, 1, "scales");
        Check(shape, Minimums.Length, blocks, shape.HasMinimums ? 1 : 0, "minimums");
    }

    private static void Check(GgufBlockShape shape, int length, int blocks, int perBlock, string name)
    {
        if (length != (long)blocks * perBlock)
        {
            throw new ArgumentException($"{blocks} blocks of {shape.Type} have {(long)blocks * perBlock} {name}, not {length}.", name);
        }
    }
}
