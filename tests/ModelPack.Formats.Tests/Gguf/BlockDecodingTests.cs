using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Blocks;

namespace ModelPack.Tests.Gguf;

public class BlockDecodingTests
{
    public static TheoryData<GgufTensorType> Types() => [.. BlockDecoding.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Vectors_and_scalar_twin_agree_bit_for_bit_over_any_bytes(GgufTensorType type)
    {
        byte[] bytes = new byte[(40 * 210) + 3];
        new Random(9).NextBytes(bytes);
        foreach (int blocks in (int[])[0, 1, 2, 3, 7, 33])
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(blocks % 4, blocks * type.BytesPerBlock());
            var expected = new float[blocks * type.ElementsPerBlock()];
            var actual = new float[expected.Length];
            BlockDecoding.ToFloat32Scalar(type, source, expected);
            BlockDecoding.ToFloat32(type, source, actual);

            // Random halves are sometimes NaN, whose payload is not promised.
            Assert.Equal(expected.Select(Bits), actual.Select(Bits));
        }

        static uint Bits(float value) => float.IsNaN(value) ? uint.MaxValue : BitConverter.SingleToUInt32Bits(value);
    }

    [Fact]
    public void Q4_0_is_scale_times_the_nibble_less_eight()
    {
        // Byte j has element j low and element j + 16 high.
        byte[] block = [.. BitConverter.GetBytes((Half)(-0.5f)), .. Enumerable.Range(0, 16).Select(j => (byte)(j | ((15 - j) << 4)))];
        Assert.Equal(
            [.. Enumerable.Range(0, 16).Select(j => -0.5f * (j - 8)), .. Enumerable.Range(0, 16).Select(j => -0.5f * (7 - j))],
            Decode(GgufTensorType.Q4_0, block));
    }

    [Fact]
    public void Q4_1_is_scale_times_the_nibble_plus_a_minimum()
    {
        byte[] block = [.. BitConverter.GetBytes((Half)0.25f), .. BitConverter.GetBytes((Half)(-3f)), .. Enumerable.Range(0, 16).Select(j => (byte)((15 - j) | (j << 4)))];
        Assert.Equal(
            [.. Enumerable.Range(0, 16).Select(j => (0.25f * (15 - j)) - 3), .. Enumerable.Range(0, 16).Select(j => (0.25f * j) - 3)],
            Decode(GgufTensorType.Q4_1, block));
    }

    [Fact]
    public void Q8_0_is_scale_times_a_signed_byte()
    {
        sbyte[] codes = [.. Enumerable.Range(0, 32).Select(i => (sbyte)((i * 8) - 128))];
        byte[] block = [.. BitConverter.GetBytes((Half)0.125f), .. codes.Select(code => (byte)code)];
        Assert.Equal(codes.Select(code => 0.125f * code), Decode(GgufTensorType.Q8_0, block));
    }

    [Fact]
    public void Lengths_that_do_not_belong_together_are_refused() =>
        Assert.Throws<ArgumentException>(() => BlockDecoding.ToFloat32(GgufTensorType.Q4_0, new byte[18], new float[33]));

    private static float[] Decode(GgufTensorType type, byte[] block)
    {
        var values = new float[32];
        BlockDecoding.ToFloat32(type, block, values);
        return values;
    }
}
