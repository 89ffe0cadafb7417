using System.Runtime.CompilerServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Blocks;

namespace ModelPack.Tests.Gguf;

public class GgufBlocksTests
{
    private static readonly int[] Counts = [0, 1, 2, 3, 7, 33];

    public static TheoryData<GgufTensorType> Types() => [.. GgufBlocks.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Blocks_taken_apart_and_put_together_are_the_same_bytes(GgufTensorType type)
    {
        foreach (int count in Counts)
        {
            byte[] blocks = RandomBytes(count, count * type.BytesPerBlock());
            UnpackedBlocks parts = UnpackedBlocks.Of(type, blocks);
            Assert.All(parts.Codes, code => Assert.InRange(code, 0, (1 << GgufBlocks.Shape(type).CodeBits) - 1));
            Assert.Equal(blocks, parts.Pack());
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Vectors_take_apart_what_the_scalar_twin_takes_apart(GgufTensorType type)
    {
        foreach (int count in Counts)
        {
            // One byte in front, so that nothing is aligned.
            byte[] blocks = RandomBytes(count, (count * type.BytesPerBlock()) + 1);
            UnpackedBlocks actual = UnpackedBlocks.Of(type, blocks.AsSpan(1));
            var expected = new UnpackedBlocks(type, count);
            BlockCodecs.Find(type)!.UnpackScalar(blocks.AsSpan(1), expected.Parts);
            expected.AssertEqual(actual);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Vectors_put_together_what_the_scalar_twin_puts_together_and_both_drop_bits_without_a_place(GgufTensorType type)
    {
        foreach (int count in Counts)
        {
            var parts = new UnpackedBlocks(type, count);
            parts.Fill(new Random(count));
            byte[] expected = new byte[count * type.BytesPerBlock()];
            byte[] actual = RandomBytes(5, expected.Length + 1);
            BlockCodecs.Find(type)!.PackScalar(parts.Parts, expected);
            parts.Pack(actual.AsSpan(1));
            Assert.Equal(expected, actual[1..]);
        }
    }

    // In exact arithmetic: the scales are powers of two.
    [Theory]
    [MemberData(nameof(Types))]
    public void Values_follow_from_the_parts(GgufTensorType type)
    {
        GgufBlockShape shape = GgufBlocks.Shape(type);
        UnpackedBlocks parts = UnpackedBlocks.Of(type, RandomBytes(3, 9 * type.BytesPerBlock()));
        Array.Fill(parts.Scales, (Half)0.25f);
        Array.Fill(parts.Minimums, (Half)(-0.5f));
        var values = new float[parts.Codes.Length];
        GgufBlocks.ToFloat32(type, parts.Pack(), values);
        for (int i = 0; i < values.Length; i++)
        {
            int number = shape.Table.IsEmpty ? parts.Codes[i] - shape.MiddleCode : shape.Table.Span[parts.Codes[i]];
            float expected = (shape.HasSubScales, shape.HasMinimums) switch
            {
                (false, false) => 0.25f * number,
                (false, true) => (0.25f * number) - 0.5f,
                (true, false) => 0.25f * parts.SubScales[i / shape.SubBlockElements] * number,
                (true, true) => (0.25f * parts.SubScales[i / shape.SubBlockElements] * number) + (0.5f * parts.SubMinimums[i / shape.SubBlockElements]),
            };
            Assert.Equal(expected, values[i]);
        }
    }

    [Theory]
    [InlineData(GgufTensorType.Q4_0, 32, 4, 8, false, 0)]
    [InlineData(GgufTensorType.Q5_1, 32, 5, 0, true, 0)]
    [InlineData(GgufTensorType.Q2_K, 16, 2, 0, true, 16)]
    [InlineData(GgufTensorType.Q3_K, 16, 3, 4, false, 16)]
    [InlineData(GgufTensorType.Q5_K, 32, 5, 0, true, 8)]
    [InlineData(GgufTensorType.Q6_K, 16, 6, 32, false, 16)]
    [InlineData(GgufTensorType.IQ4_XS, 32, 4, 0, false, 8)]
    public void Shapes_say_what_a_block_holds(GgufTensorType type, int subBlock, int bits, int middle, bool minimums, int subScales)
    {
        GgufBlockShape shape = GgufBlocks.Shape(type);
        Assert.Equal(
            (type, type.ElementsPerBlock(), subBlock, bits, middle, minimums, subScales),
            (shape.Type, shape.ElementsPerBlock, shape.SubBlockElements, shape.CodeBits, shape.MiddleCode, shape.HasMinimums, shape.SubScalesPerBlock));
    }

    // The others are checked where they are registered.
    [Fact]
    public void Block_that_is_only_decoded_has_its_size_too() => Assert.Equal(GgufTensorType.MXFP4.BytesPerBlock(), Unsafe.SizeOf<BlockMXFP4>());

    [Fact]
    public void Lengths_that_do_not_belong_together_and_other_types_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GgufBlocks.Unpack(GgufTensorType.Q4_0, new byte[17], new byte[32], [], [], new Half[1], []));
        Assert.Throws<ArgumentException>(() => GgufBlocks.Unpack(GgufTensorType.Q4_0, new byte[18], new byte[33], [], [], new Half[1], []));
        Assert.Throws<ArgumentException>(() => GgufBlocks.Unpack(GgufTensorType.Q4_0, new byte[18], new byte[32], [], [], new Half[1], new Half[1]));
        Assert.Throws<ArgumentException>(() => GgufBlocks.Pack(GgufTensorType.Q4_K, new byte[256], new sbyte[7], new byte[8], new Half[1], new Half[1], new byte[144]));
        Assert.Throws<ArgumentException>(() => GgufBlocks.Shape(GgufTensorType.F16));
    }

    private static byte[] RandomBytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
