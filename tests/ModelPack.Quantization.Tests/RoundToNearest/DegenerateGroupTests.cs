using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class DegenerateGroupTests
{
    public static TheoryData<int, bool> Widths() => new() { { 2, true }, { 2, false }, { 4, true }, { 4, false }, { 8, true }, { 8, false } };

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_constant_group_comes_back_within_the_rounding_of_its_scale(int bits, bool symmetric)
    {
        foreach (float value in new[] { 1f, -3f, 0.017f, -1000f })
        {
            var weights = new float[32];
            Array.Fill(weights, value);
            float[] values = RoundTrip(weights, bits, 32, symmetric);
            Assert.All(values, x => Assert.InRange(x / value, 1 - 0.001, 1 + 0.001));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_group_of_one_sign_stays_on_its_side(int bits, bool symmetric)
    {
        foreach (float sign in new[] { 1f, -1f })
        {
            float[] weights = Array.ConvertAll(Gaussian.Values(64, seed: 5), x => sign * (Math.Abs(x) + 0.1f));
            float[] values = RoundTrip(weights, bits, 64, symmetric);
            Assert.All(values, x => Assert.True(x * sign >= 0));
            Assert.InRange(RelativeError(weights, values), 0, bits == 2 ? 0.3 : 0.02);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Weights_too_small_for_a_float16_scale_become_zero_and_never_larger_than_they_were(int bits, bool symmetric)
    {
        foreach (float size in new[] { 1e-9f, 1e-20f, 1e-40f, float.Epsilon })
        {
            float[] values = RoundTrip(Array.ConvertAll(Gaussian.Values(16, seed: 6), x => x * size), bits, 16, symmetric);
            Assert.All(values, x => Assert.Equal(0, x));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Weights_whose_scale_is_a_float16_subnormal_keep_the_precision_it_allows(int bits, bool symmetric)
    {
        float[] weights = Array.ConvertAll(Gaussian.Values(32, seed: 8), x => x * 2e-5f);
        float[] values = RoundTrip(weights, bits, 32, symmetric);
        Assert.InRange(RelativeError(weights, values), 0, bits == 2 ? 0.3 : 0.02);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_scale_too_large_for_float16_saturates_and_clips(int bits, bool symmetric)
    {
        foreach (float size in new[] { 1e9f, 1e30f, float.MaxValue })
        {
            var weights = new float[16];
            (weights[3], weights[7]) = (size, -size);
            QuantizedMatrix matrix = Quantized.Matrix(weights, 1, 16, new QuantizationScheme(bits, 16, symmetric));
            Assert.Equal(65504f, Math.Abs((float)matrix.Scales[0]));
            float[] values = Dequantization.Dequantize(matrix);
            Assert.Equal(0, values[0]);
            Assert.True(values[3] >= 65504f * ((1 << (bits - 1)) - 1) && values[7] <= -65504f * ((1 << (bits - 1)) - 1));
        }
    }

    [Fact]
    public void One_outlier_does_not_disturb_the_groups_beside_it()
    {
        float[] weights = Gaussian.Values(96, seed: 9);
        float[] before = RoundTrip(weights, 4, 32, symmetric: false);
        weights[40] = 1e6f;
        float[] after = RoundTrip(weights, 4, 32, symmetric: false);
        Assert.Equal(before[..32], after[..32]);
        Assert.Equal(before[64..], after[64..]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_padding_of_a_partial_group_is_coded_as_the_zero_point(int bits, bool symmetric)
    {
        var scheme = new QuantizationScheme(bits, 32, symmetric);
        float[] weights = Array.ConvertAll(Gaussian.Values(3 * 41, seed: 10), x => x + 0.5f);
        QuantizedMatrix matrix = Quantized.Matrix(weights, 3, 41, scheme);
        for (int row = 0; row < 3; row++)
        {
            ReadOnlySpan<byte> codes = matrix.Codes.AsSpan(row * scheme.CodeBytesPerRow(41), scheme.CodeBytesPerRow(41));
            int zero = symmetric ? scheme.MiddleCode : CodePacking.Unpack(matrix.ZeroPoints.AsSpan(row * scheme.ZeroPointBytesPerRow(41)), bits, 1);
            for (int k = 41; k < 64; k++)
            {
                Assert.Equal(zero, CodePacking.Unpack(codes, bits, k));
            }
        }
    }

    private static float[] RoundTrip(float[] weights, int bits, int groupSize, bool symmetric) =>
        Dequantization.Dequantize(Quantized.Matrix(weights, 1, weights.Length, new QuantizationScheme(bits, groupSize, symmetric)));

    private static double RelativeError(float[] weights, float[] values)
    {
        double error = 0, energy = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            error += Math.Pow((double)weights[i] - values[i], 2);
            energy += Math.Pow(weights[i], 2);
        }

        return error / energy;
    }
}
