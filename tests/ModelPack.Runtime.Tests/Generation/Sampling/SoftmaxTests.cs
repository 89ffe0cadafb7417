using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class SoftmaxTests
{
    private const float RelativeError = 1e-5f;

    [Theory]
    [MemberData(nameof(Numbers.Sizes), MemberType = typeof(Numbers))]
    public void Vectorised_weights_equal_the_plain_ones(int count)
    {
        foreach (float temperature in new[] { 0.1f, 0.7f, 1f, 1.9f })
        {
            float[] logits = Numbers.Logits(count);
            var weights = new float[count];
            var expected = new float[count];
            double sum = Softmax.Weights(logits, logits.Max(), temperature, weights);
            double expectedSum = Softmax.WeightsScalar(logits, logits.Max(), temperature, expected);
            Assert.InRange(weights.Max(), 1 - RelativeError, 1 + RelativeError);
            Assert.InRange(sum / expectedSum, 1 - RelativeError, 1 + RelativeError);
            for (int i = 0; i < count; i++)
            {
                Assert.InRange(weights[i], expected[i] * (1 - RelativeError) - 1e-30f, expected[i] * (1 + RelativeError) + 1e-30f);
            }
        }
    }

    [Fact]
    public void Half_the_logit_distance_at_twice_the_temperature()
    {
        var weights = new float[2];
        Softmax.Weights([3f, 3f - MathF.Log(9)], 3f, 2f, weights);
        Assert.Equal(1f / 3, weights[1], 1e-6f);
    }

    [Fact]
    public void An_impossible_token_has_no_weight()
    {
        var weights = new float[9];
        Softmax.Weights([0, float.NegativeInfinity, 0, 0, 0, 0, 0, 0, float.NegativeInfinity], 0, 1, weights);
        Assert.Equal(0, weights[1]);
        Assert.Equal(0, weights[8]);
    }
}
