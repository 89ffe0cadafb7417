using ModelPack.Quantization.Activations;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class BiasTests
{
    [Fact]
    public void The_correction_takes_the_mean_error_of_each_channel_away()
    {
        var correction = new BiasCorrection(2);
        float[] expected = [1, 2, 3, 10, 20, 30, 5, 6, 7, 50, 60, 70];
        float[] actual = [0, 1, 2, 11, 22, 30, 5, 6, 7, 50, 60, 70];
        correction.Add(expected.AsSpan(0, 6), actual.AsSpan(0, 6), inner: 3);
        correction.Add(expected.AsSpan(6), actual.AsSpan(6), inner: 3);
        Assert.Equal([0.5f, -0.5f], correction.Corrections());
    }

    [Fact]
    public void Nothing_seen_corrects_nothing() => Assert.Equal([0, 0, 0], new BiasCorrection(3).Corrections());

    [Fact]
    public void Codes_of_a_bias_are_multiples_of_both_scales()
    {
        var codes = new int[3];
        BiasQuantizer.Quantize([1, -2.5f, 0], 0.5f, [0.25f, 0.125f, 1], codes);
        Assert.Equal([8, -40, 0], codes);
    }

    [Theory]
    [InlineData(1000f, 1e-4f)]
    [InlineData(-3e5f, 0.02f)]
    public void At_the_least_weight_scale_a_bias_is_not_clipped(float bias, float activationScale)
    {
        float least = BiasQuantizer.LeastWeightScale(bias, activationScale);
        var codes = new int[1];
        BiasQuantizer.Quantize([bias], activationScale, [least], codes);
        Assert.Equal(bias, (double)codes[0] * (activationScale * least), 1e-6 * Math.Abs(bias));
    }
}
