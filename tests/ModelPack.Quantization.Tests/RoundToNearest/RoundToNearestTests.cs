using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class RoundToNearestTests
{
    public static TheoryData<int, int, bool> Schemes()
    {
        var data = new TheoryData<int, int, bool>();
        foreach (int bits in new[] { 2, 4, 8 })
        {
            foreach (int group in new[] { 16, 32, 64, 128, 256 })
            {
                data.Add(bits, group, true);
                data.Add(bits, group, false);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_weight_comes_back_within_the_step_of_the_plain_range(int bits, int groupSize, bool symmetric)
    {
        var scheme = new QuantizationScheme(bits, groupSize, symmetric);
        foreach (int columns in new[] { 1, 15, 16, 33, 256, 300 })
        {
            float[] weights = Gaussian.Values(3 * columns, seed: columns);
            float[] values = Dequantization.Dequantize(Quantized.Matrix(weights, 3, columns, scheme));
            double error = 0, energy = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                error += Math.Pow(weights[i] - values[i], 2);
                energy += Math.Pow(weights[i], 2);
            }

            double budget = bits switch { 2 => 0.30, 4 => 0.02, _ => 0.0001 };
            Assert.InRange(error / energy, 0, budget);
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_group_of_zeros_comes_back_as_zeros(int bits, int groupSize, bool symmetric)
    {
        QuantizedMatrix matrix = Quantized.Matrix(new float[40], 2, 20, new QuantizationScheme(bits, groupSize, symmetric));
        Assert.All(Dequantization.Dequantize(matrix), value => Assert.Equal(0, value));
        Assert.All(matrix.Scales, scale => Assert.True(Half.IsNormal(scale)));
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_refused_with_its_place()
    {
        float[] weights = Gaussian.Values(4 * 37, seed: 5);
        weights[(2 * 37) + 11] = float.NaN;
        var error = Assert.Throws<NonFiniteWeightException>(() => Quantized.Matrix(weights, 4, 37, new QuantizationScheme(4, 32, false)));
        Assert.Equal((2, 11), (error.Row, error.Column));
    }

    [Fact]
    public void Rows_quantized_apart_give_the_bytes_of_rows_quantized_together()
    {
        foreach ((int columns, bool symmetric) in new[] { (96, false), (96, true), (41, false), (352, false) })
        {
            var scheme = new QuantizationScheme(4, 32, symmetric);
            float[] weights = Gaussian.Values(7 * columns, seed: columns);
            QuantizedMatrix whole = Quantized.Matrix(weights, 7, columns, scheme);
            int row = 0;
            foreach (int rows in new[] { 1, 2, 4 })
            {
                QuantizedMatrix part = Quantized.Matrix(weights.AsSpan(row * columns, rows * columns).ToArray(), rows, columns, scheme);
                Assert.Equal(whole.Codes.AsSpan(row * scheme.CodeBytesPerRow(columns), part.Codes.Length).ToArray(), part.Codes);
                Assert.Equal(whole.Scales.AsSpan(row * scheme.GroupsPerRow(columns), part.Scales.Length).ToArray(), part.Scales);
                Assert.Equal(whole.ZeroPoints.AsSpan(row * scheme.ZeroPointBytesPerRow(columns), part.ZeroPoints.Length).ToArray(), part.ZeroPoints);
                row += rows;
            }
        }
    }

    [Fact]
    public void Eight_bit_codes_are_the_nearest_ones_for_the_stored_scale()
    {
        var scheme = new QuantizationScheme(8, 32, symmetric: false);
        float[] weights = Gaussian.Values(64 * 256, seed: 3);
        QuantizedMatrix matrix = Quantized.Matrix(weights, 64, 256, scheme);
        for (int i = 0; i < weights.Length; i++)
        {
            float scale = (float)matrix.Scales[i / 32];
            double exact = (weights[i] / (double)scale) + matrix.ZeroPoints[i / 32];
            Assert.InRange(matrix.Codes[i] - Math.Clamp(exact, 0, 255), -0.5001, 0.5001);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    [InlineData(float.PositiveInfinity)]
    public void An_importance_that_cannot_be_one_is_refused(float value)
    {
        var importance = new float[32];
        importance[7] = value;
        var error = Assert.Throws<ArgumentException>(() => Quantized.Matrix(new float[32], 1, 32, new QuantizationScheme(4, 32, true), importance));
        Assert.Contains("column 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spans_that_do_not_fit_the_rows_are_refused()
    {
        var scheme = new QuantizationScheme(4, 32, symmetric: false);
        Assert.Throws<ArgumentException>(() => RoundToNearest.QuantizeRows(new float[64], 32, scheme, [], new byte[32], new Half[1], new byte[2]));
        Assert.Throws<ArgumentException>(() => RoundToNearest.QuantizeRows(new float[63], 32, scheme, [], new byte[32], new Half[2], new byte[2]));
        Assert.Throws<ArgumentException>(() => RoundToNearest.QuantizeRows(new float[64], 32, scheme, new float[31], new byte[32], new Half[2], new byte[2]));
    }
}
