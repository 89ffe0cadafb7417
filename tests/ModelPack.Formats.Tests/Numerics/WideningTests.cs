using System.Buffers.Binary;
using ModelPack.Formats.Numerics;

namespace ModelPack.Tests.Numerics;

public class WideningTests
{
    public static TheoryData<ElementType, int> TypesAndVectors()
    {
        var data = new TheoryData<ElementType, int>();
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            data.Add(type, 0);
            data.Add(type, 256);
            data.Add(type, 512);
        }

        return data;
    }

    // Wider vectors than the processor has are emulated, so all widths run everywhere.
    [Theory]
    [MemberData(nameof(TypesAndVectors))]
    public void Vectors_and_scalar_twin_agree_over_odd_sizes_and_alignments(ElementType type, int vectorBits)
    {
        var random = new Random(7);
        byte[] bytes = new byte[(300 * 8) + 3];
        random.NextBytes(bytes);
        foreach (int count in Enumerable.Range(0, 70).Concat([127, 128, 129, 255, 299]))
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(count % 4, count * type.SizeInBytes());
            float[] expected = new float[count];
            float[] actual = new float[count];
            Widening.ToFloat32Scalar(type, source, expected);
            Widening.Convert(type, source, actual, vectorBits);
            AssertSameFloats(expected, actual);
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(0)]
    public void Every_half_equals_the_conversion_of_the_framework(int vectorBits)
    {
        float[] actual = ConvertAll16(ElementType.Float16, vectorBits);
        AssertSameFloats(Enumerable.Range(0, 65536).Select(i => (float)BitConverter.UInt16BitsToHalf((ushort)i)).ToArray(), actual);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(0)]
    public void Every_bfloat16_is_the_upper_half_of_its_float(int vectorBits)
    {
        float[] actual = ConvertAll16(ElementType.BFloat16, vectorBits);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(actual[i]));
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(0)]
    public void Every_float8_has_the_value_of_its_definition(int vectorBits)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float[] e4m3 = new float[256];
        float[] e5m2 = new float[256];
        Widening.Convert(ElementType.Float8E4M3, all, e4m3, vectorBits);
        Widening.Convert(ElementType.Float8E5M2, all, e5m2, vectorBits);
        AssertSameFloats([.. all.Select(b => Defined(b, mantissaBits: 3, bias: 7, b => (b & 0x7F) == 0x7F ? float.NaN : null))], e4m3);
        AssertSameFloats([.. all.Select(b => Defined(b, mantissaBits: 2, bias: 15, b => (b & 0x7F) > 0x7C ? float.NaN : (b & 0x7F) == 0x7C ? float.PositiveInfinity : null))], e5m2);
    }

    [Fact]
    public void Integers_and_doubles_are_rounded_to_the_nearest_float()
    {
        AssertWidened(ElementType.Int64, BitConverter.GetBytes(-16777217L), -16777216f);
        AssertWidened(ElementType.UInt64, BitConverter.GetBytes(ulong.MaxValue), 18446744073709551616f);
        AssertWidened(ElementType.UInt32, BitConverter.GetBytes(uint.MaxValue), 4294967296f);
        AssertWidened(ElementType.Int32, BitConverter.GetBytes(int.MinValue), -2147483648f);
        AssertWidened(ElementType.Int16, BitConverter.GetBytes(short.MinValue), -32768f);
        AssertWidened(ElementType.UInt16, BitConverter.GetBytes(ushort.MaxValue), 65535f);
        AssertWidened(ElementType.Int8, [0x80], -128f);
        AssertWidened(ElementType.Bool, [1], 1f);
        AssertWidened(ElementType.Float64, BitConverter.GetBytes(0.1), 0.1f);
        AssertWidened(ElementType.Float64, BitConverter.GetBytes(1e300), float.PositiveInfinity);
    }

    [Fact]
    public void Lengths_that_do_not_belong_together_are_refused() =>
        Assert.Throws<ArgumentException>(() => Widening.ToFloat32(ElementType.BFloat16, new byte[5], new float[2]));

    private static float[] ConvertAll16(ElementType type, int vectorBits)
    {
        byte[] bytes = new byte[65536 * 2];
        for (int i = 0; i < 65536; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)i);
        }

        float[] values = new float[65536];
        Widening.Convert(type, bytes, values, vectorBits);
        return values;
    }

    private static float Defined(byte bits, int mantissaBits, int bias, Func<byte, float?> special)
    {
        int exponent = (bits & 0x7F) >> mantissaBits;
        int mantissa = bits & ((1 << mantissaBits) - 1);
        float magnitude = special(bits) ?? (exponent == 0
            ? MathF.ScaleB(mantissa, 1 - bias - mantissaBits)
            : MathF.ScaleB(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits));
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static void AssertWidened(ElementType type, byte[] bytes, float expected)
    {
        float[] value = new float[1];
        Widening.ToFloat32(type, bytes, value);
        Assert.Equal(expected, value[0]);
    }

    private static void AssertSameFloats(float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = float.IsNaN(expected[i])
                ? float.IsNaN(actual[i])
                : BitConverter.SingleToUInt32Bits(expected[i]) == BitConverter.SingleToUInt32Bits(actual[i]);
            Assert.True(same, $"element {i}: {expected[i]:R} expected, {actual[i]:R} found");
        }
    }
}
