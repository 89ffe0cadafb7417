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
}
