using ModelPack.Quantization;
using ModelPack.Quantization.CodeBooks;

namespace ModelPack.Tests;

public sealed class CodeBookTests
{
    [SkippableFact]
    public void Normal_floats_are_those_of_bitsandbytes()
    {
        using var golden = new GoldenTensors("goldens/quantized/bnb-nf4/model.safetensors");
        Assert.Equal(golden.Floats("model.layers.0.self_attn.q_proj.weight.quant_map"), CodeBook.Of(CodeGrid.NormalFloat4).Values.ToArray());
    }

    [SkippableFact]
    public void Rows_of_whole_groups_get_the_codes_and_values_of_bitsandbytes()
    {
        using var golden = new GoldenTensors("goldens/quantized/bnb-nf4/model.safetensors");
        using var dequantized = new GoldenTensors("goldens/quantized/bnb-nf4/dequantized.safetensors");
        using var source = new GoldenTensors("goldens/quantized/base/model.safetensors");
        foreach (string name in dequantized.Names)
        {
            int columns = dequantized.Columns(name);
            QuantizedMatrix matrix = Quantize(source.Floats(name), columns, new QuantizationScheme(4, 64, CodeGrid.NormalFloat4));
            Assert.Equal(golden.Bytes(name), matrix.Codes);
            Assert.Equal(golden.Floats(name + ".absmax"), matrix.Scales.Select(scale => (float)scale));
            float[] expected = dequantized.Floats(name), actual = Dequantization.Dequantize(matrix);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Abs(pair.First)));
        }
    }

    [Fact]
    public void Four_bit_floats_are_multiples_of_a_twelfth()
    {
        float[] values = CodeBook.Of(CodeGrid.Float4).Values.ToArray();
        Assert.Equal([0, 0.0625f / 12, 8f / 12, 1, 4f / 12, 0.5f, 2f / 12, 0.25f], values[..8]);
        Assert.Equal(values[..8].Select(value => -value), values[8..]);
    }

    [Theory]
    [InlineData(CodeGrid.NormalFloat4)]
    [InlineData(CodeGrid.Float4)]
    public void Every_weight_gets_the_nearest_value_of_the_table(CodeGrid grid)
    {
        foreach (int columns in new[] { 1, 7, 8, 9, 31, 32, 33, 100 })
        {
            float[] weights = Gaussian.Values(3 * columns, seed: columns);
            var scheme = new QuantizationScheme(4, 32, grid);
            QuantizedMatrix matrix = Quantize(weights, columns, scheme);
            float[] values = Dequantization.Dequantize(matrix);
            for (int i = 0; i < weights.Length; i++)
            {
                float scale = (float)matrix.Scales[(i / columns * scheme.GroupsPerRow(columns)) + (i % columns / 32)];
                float nearest = CodeBook.Of(grid).Values.ToArray().Min(value => Math.Abs((value * scale) - weights[i]));
                Assert.Equal(nearest, Math.Abs(values[i] - weights[i]), 1e-6f);
            }
        }
    }

    [Theory]
    [InlineData(CodeGrid.NormalFloat4)]
    [InlineData(CodeGrid.Float4)]
    public void Vectors_give_the_codes_of_the_scalar_path(CodeGrid grid)
    {
        foreach (int columns in new[] { 1, 7, 8, 9, 31, 32, 33, 100 })
        {
            float[] weights = Gaussian.Values(columns, seed: columns);
            var scheme = new QuantizationScheme(4, 256, grid);
            QuantizedMatrix matrix = Quantize(weights, columns, scheme);
            var codes = new byte[256];
            Array.Fill(codes, CodeBook.Of(grid).Zero);
            CodeBookQuantizer.EncodeOneByOne(CodeBook.Of(grid), weights, (float)matrix.Scales[0], codes, 0);
            Assert.Equal(codes, matrix.Codes.SelectMany(pair => new[] { (byte)(pair >> 4), (byte)(pair & 0xF) }));
        }
    }

    [Fact]
    public void A_group_of_zeros_has_scale_one_and_tiny_weights_do_not_vanish()
    {
        var weights = new float[64];
        weights[40] = 1e-9f;
        QuantizedMatrix matrix = Quantize(weights, 32, new QuantizationScheme(4, 32, CodeGrid.NormalFloat4));
        Assert.Equal([Half.One, Half.Epsilon], matrix.Scales);
        Assert.All(Dequantization.Dequantize(matrix)[..32], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Floats_have_four_bits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizationScheme(8, 32, CodeGrid.NormalFloat4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizationScheme(2, 32, CodeGrid.Float4));
    }

    private static QuantizedMatrix Quantize(float[] weights, int columns, QuantizationScheme scheme)
    {
        int rows = weights.Length / columns;
        var matrix = new QuantizedMatrix(scheme, rows, columns, new byte[rows * scheme.CodeBytesPerRow(columns)], new Half[rows * scheme.GroupsPerRow(columns)], []);
        CodeBookQuantizer.QuantizeRows(weights, columns, scheme, matrix.Codes, matrix.Scales);
        return matrix;
    }
}
