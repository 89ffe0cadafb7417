using ModelPack.Packing.Evaluation;

namespace ModelPack.Packing.Tests.Evaluation;

public sealed class PredictionDistanceTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 1023, 49152];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Vectors_give_the_sums_of_the_scalar_loop(int size)
    {
        float[] x = Logits(size, 0), y = Logits(size, 3);

        var vector = PredictionDistance.Sum(x, y, x.Max(), y.Max());
        var scalar = PredictionDistance.Scalar(x, y, x.Max(), y.Max());

        Assert.Equal(scalar.ReferenceNormalizer, vector.ReferenceNormalizer, 1e-12);
        Assert.Equal(scalar.Normalizer, vector.Normalizer, 1e-12);
        Assert.Equal(scalar.MeanDifference, vector.MeanDifference, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_top_is_the_first_of_the_largest_wherever_it_stands(int size)
    {
        foreach (int place in new[] { 0, size / 2, size - 1 })
        {
            float[] logits = Logits(size, 1);
            logits[place] = 50;
            logits[^1] = 50;
            Assert.Equal(place, PredictionDistance.Top(logits));
            logits[place] = float.NaN;
            Assert.Equal(-1, PredictionDistance.Top(logits));
        }
    }

    [Fact]
    public void Divergences_of_almost_equal_models_keep_their_digits()
    {
        // Against the definition in decimal logarithms of the same probabilities: a shift of all logits changes nothing.
        float[] x = Logits(4099, 0);
        float[] y = [.. x.Select((value, i) => value + (i % 2 == 0 ? 0.0009765625f : 0))];
        float[] shifted = [.. y.Select(value => value + 64)];
        double zx = Math.Log(x.Sum(value => Math.Exp(value))), zy = Math.Log(y.Sum(value => Math.Exp(value)));
        double expected = x.Zip(y, (a, b) => Math.Exp(a - zx) * (a - zx - (b - zy))).Sum();

        Assert.InRange(expected, 1e-8, 1e-6);
        Assert.Equal(expected, PositionFidelity.Compare(x, y, 0).Divergence, 1e-12);
        Assert.Equal(expected, PositionFidelity.Compare(x, shifted, 0).Divergence, 1e-8);
    }

    private static float[] Logits(int size, int offset)
    {
        var logits = new float[size];
        for (int i = 0; i < size; i++)
        {
            logits[i] = 12 * MathF.Cos((i * 0.7f) + offset);
        }

        return logits;
    }
}
