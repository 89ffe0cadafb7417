using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class CodePackingTests
{
    [Fact]
    public void The_worked_example_of_MatMulNBits_dequantizes_to_its_values()
    {
        var codes = new byte[16];
        (codes[0], codes[7], codes[8]) = (0x2B, 0xF0, 0x01);
        Half[] scales = [(Half)0.5f, (Half)2f];
        var values = new float[32];

        Dequantization.DequantizeRows(new QuantizationScheme(4, 16, symmetric: true), 32, codes, scales, [], values);
        Assert.Equal([1.5f, -3f, -4f], values[..3]);
        Assert.Equal([3.5f, -14f, -16f], values[15..18]);

        Dequantization.DequantizeRows(new QuantizationScheme(4, 16, symmetric: false), 32, codes, scales, [0x3A], values);
        Assert.Equal([0.5f, -4f, -5f], values[..3]);
        Assert.Equal([2.5f, -4f, -6f], values[15..18]);
    }

    [Fact]
    public void Two_bit_codes_lie_lowest_bits_first()
    {
        var codes = new byte[4];
        codes[0] = 0b11100100;
        var values = new float[16];
        Dequantization.DequantizeRows(new QuantizationScheme(2, 16, symmetric: true), 16, codes, [Half.One], [], values);
        Assert.Equal([-2f, -1f, 0f, 1f], values[..4]);
    }
}
