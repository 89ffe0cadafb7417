using ModelPack.Quantization;

namespace ModelPack.Tests;

public sealed class QualityTests
{
    private const int Samples = 1 << 18;

    private static readonly Lazy<float[]> Normal = new(() => Gaussian.Values(Samples, seed: 11));
    private static readonly Lazy<float[]> Student = new(() => Gaussian.Student5(Samples, seed: 12));

    /// <summary>
    /// Weight error of the best known searches at 4 bits, relative to the variance, on 2^18 samples: normal, then Student's t with 5 degrees of freedom.
    /// Round-to-nearest here gives up a part of it on purpose (see ScaleSettlement), so what is compared is the loss at the least-squares scale.
    /// </summary>
    [Theory]
    [InlineData(16, true, 0.00485, 0.00708)]
    [InlineData(32, true, 0.00649, 0.01072)]
    [InlineData(64, true, 0.00799, 0.01504)]
    [InlineData(128, true, 0.00927, 0.01993)]
    [InlineData(16, false, 0.00416, 0.00501)]
    [InlineData(32, false, 0.00587, 0.00798)]
    [InlineData(64, false, 0.00752, 0.01166)]
    [InlineData(128, false, 0.00896, 0.01608)]
    public void Four_bit_codes_are_within_two_percent_of_the_rate_distortion_table(int groupSize, bool symmetric, double normal, double student)
    {
        var scheme = new QuantizationScheme(4, groupSize, symmetric);
        Assert.InRange(Loss(Normal.Value, scheme), 0, normal * 1.02);
        Assert.InRange(Loss(Student.Value, scheme), 0, student * 1.02);
    }

    [Theory]
    [InlineData(2, 32, true)]
    [InlineData(2, 128, false)]
    [InlineData(4, 32, true)]
    [InlineData(4, 32, false)]
    [InlineData(4, 256, true)]
    [InlineData(4, 128, false)]
    public void The_few_candidates_lose_at_most_one_percent_against_an_exhaustive_search(int bits, int groupSize, bool symmetric)
    {
        const int Groups = 24;
        float[] weights = Gaussian.Student5(Groups * groupSize, seed: 21);
        double exhaustive = 0, own = 0;
        for (int group = 0; group < Groups; group++)
        {
            float[] one = weights.AsSpan(group * groupSize, groupSize).ToArray();
            exhaustive += ExhaustiveSearch.Loss(one, bits, symmetric);
            own += Loss(one, new QuantizationScheme(bits, groupSize, symmetric));
        }

        Assert.InRange(own, exhaustive * 0.999, exhaustive * 1.01);
    }

    [Theory]
    [InlineData(2, 0.03)]
    [InlineData(4, 0.002)]
    [InlineData(8, 0.0001)]
    public void Values_keep_the_length_that_a_least_squares_scale_would_take_from_them(int bits, double shrinkage)
    {
        float[] weights = Gaussian.Values(1 << 14, seed: 31);
        float[] values = Dequantization.Dequantize(Quantized.Matrix(weights, 64, 256, new QuantizationScheme(bits, 32, symmetric: true)));
        double energy = 0, product = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            energy += (double)weights[i] * weights[i];
            product += (double)weights[i] * values[i];
        }

        Assert.InRange(product / energy, 1 - (1.2 * shrinkage), 1.0005);
    }

    [Fact]
    public void Important_inputs_get_the_smaller_errors()
    {
        const int Columns = 256, Rows = 64;
        float[] weights = Gaussian.Values(Rows * Columns, seed: 41);
        var importance = new float[Columns];
        for (int i = 0; i < Columns; i++)
        {
            importance[i] = i % 4 == 0 ? 100 : 1;
        }

        var scheme = new QuantizationScheme(4, 32, symmetric: false);
        float[] plain = Dequantization.Dequantize(Quantized.Matrix(weights, Rows, Columns, scheme));
        float[] weighted = Dequantization.Dequantize(Quantized.Matrix(weights, Rows, Columns, scheme, importance));
        Assert.InRange(WeightedError(weights, weighted, importance), 0, 0.9 * WeightedError(weights, plain, importance));
    }

    private static double WeightedError(float[] weights, float[] values, float[] importance)
    {
        double error = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            error += importance[i % importance.Length] * Math.Pow(weights[i] - values[i], 2);
        }

        return error;
    }

    /// <summary>Mean over the groups of 1 - cos^2 between weights and levels, weighted with each group's share of the variance.</summary>
    private static double Loss(float[] weights, QuantizationScheme scheme)
    {
        int rows = weights.Length / Math.Max(scheme.GroupSize, Math.Min(weights.Length, 256));
        int columns = weights.Length / rows;
        float[] values = Dequantization.Dequantize(Quantized.Matrix(weights, rows, columns, scheme));
        double lost = 0, total = 0;
        for (int start = 0; start < weights.Length; start += scheme.GroupSize)
        {
            double energy = 0, product = 0, square = 0;
            for (int i = start; i < start + scheme.GroupSize; i++)
            {
                energy += (double)weights[i] * weights[i];
                product += (double)weights[i] * values[i];
                square += (double)values[i] * values[i];
            }

            lost += energy - (product * product / square);
            total += energy;
        }

        return lost / total;
    }
}
