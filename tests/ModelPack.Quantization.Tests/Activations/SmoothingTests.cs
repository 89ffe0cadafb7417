using ModelPack.Quantization.Activations;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class SmoothingTests
{
    [Fact]
    public void Factors_are_the_papers_up_to_one_number_for_all()
    {
        float[] activations = [16, 1, 0.25f, 9], weights = [1, 4, 0.25f, 9], factors = new float[4];
        Smoothing.Factors(activations, weights, 0.5f, factors);
        double[] paper = [4, 0.5, 1, 1];
        double mean = Math.Pow(paper.Aggregate(1.0, (product, s) => product * s), 0.25);
        Assert.All(paper.Zip(factors), pair => Assert.Equal(pair.First / mean, pair.Second, 1e-6));
        Assert.Equal(1, factors.Aggregate(1.0, (product, s) => product * s), 1e-5);
    }

    [Fact]
    public void Half_strength_gives_activations_and_weights_the_same_spread()
    {
        float[] activations = [.. Gaussian.Values(64, 13).Select(MathF.Exp)], weights = [.. Gaussian.Values(64, 14).Select(MathF.Exp)], factors = new float[64];
        Smoothing.Factors(activations, weights, 0.5f, factors);
        double ratio = activations[0] / factors[0] / (weights[0] * factors[0]);
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(ratio, activations[i] / factors[i] / (weights[i] * factors[i]), 1e-4 * ratio));
    }

    [Fact]
    public void A_dead_input_keeps_its_scale()
    {
        float[] factors = new float[3];
        Smoothing.Factors([0, 4, float.NaN], [1, 0, 1], 0.5f, factors);
        Assert.Equal([1, 1, 1], factors);
    }
}
