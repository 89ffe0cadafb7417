using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Blocks;

namespace ModelPack.Tests.Gguf;

/// <summary>The parts of some blocks in arrays of their own.</summary>
internal sealed class UnpackedBlocks(GgufTensorType type, int count)
{
    private readonly GgufBlockShape _shape = GgufBlocks.Shape(type);

    public byte[] Codes { get; } = new byte[count * GgufBlocks.Shape(type).ElementsPerBlock];

    public sbyte[] SubScales { get; } = new sbyte[count * GgufBlocks.Shape(type).SubScalesPerBlock];

    public byte[] SubMinimums { get; } = new byte[count * GgufBlocks.Shape(type).SubMinimumsPerBlock];

    public Half[] Scales { get; } = new Half[count];

    public Half[] Minimums { get; } = new Half[GgufBlocks.Shape(type).HasMinimums ? count : 0];

    public BlockParts Parts => new() { Codes = Codes, SubScales = SubScales, SubMinimums = SubMinimums, Scales = Scales, Minimums = Minimums };

    public static UnpackedBlocks Of(GgufTensorType type, ReadOnlySpan<byte> blocks)
    {
        var parts = new UnpackedBlocks(type, blocks.Length / type.BytesPerBlock());
        GgufBlocks.Unpack(type, blocks, parts.Codes, parts.SubScales, parts.SubMinimums, parts.Scales, parts.Minimums);
        return parts;
    }

    public void Fill(Random random)
    {
        random.NextBytes(Codes);
        random.NextBytes(MemoryMarshal.AsBytes(SubScales.AsSpan()));
        random.NextBytes(SubMinimums);
        random.NextBytes(MemoryMarshal.AsBytes(Scales.AsSpan()));
        random.NextBytes(MemoryMarshal.AsBytes(Minimums.AsSpan()));
    }

    public void Pack(Span<byte> destination) => GgufBlocks.Pack(_shape.Type, Codes, SubScales, SubMinimums, Scales, Minimums, destination);

    public byte[] Pack()
    {
        byte[] blocks = new byte[Scales.Length * _shape.Type.BytesPerBlock()];
        Pack(blocks);
        return blocks;
    }

    public void AssertEqual(UnpackedBlocks actual)
    {
        Assert.Equal(Codes, actual.Codes);
        Assert.Equal(SubScales, actual.SubScales);
        Assert.Equal(SubMinimums, actual.SubMinimums);
        Assert.Equal(MemoryMarshal.AsBytes(Scales.AsSpan()), MemoryMarshal.AsBytes(actual.Scales.AsSpan()));
        Assert.Equal(MemoryMarshal.AsBytes(Minimums.AsSpan()), MemoryMarshal.AsBytes(actual.Minimums.AsSpan()));
    }
}
