using ModelPack.Quantization.Activations;
using static ModelPack.Tests.Quantization.Activations.ActivationHistogramTests;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class RangeTests
{
    public static TheoryData<RangeMethod> Methods => [.. Enum.GetValues<RangeMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void No_range_is_wider_than_what_was_seen(RangeMethod method)
    {
        foreach (float[] values in new[] { Gaussian.Values(3000, 3), [.. Gaussian.Values(3000, 4).Select(v => Math.Max(v, 0))], [.. Gaussian.Student5(3000, 5).Select(v => v - 9)] })
        {
            ActivationRange range = ActivationRanges.Of(method, Filled(values), CodeSpan.UInt8);
            Assert.InRange(range.Min, new ActivationRange(values.Min(), 0).WithZero().Min, range.Max);
            Assert.InRange(range.Max, range.Min, Math.Max(values.Max(), 0));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Zeros_and_nothing_have_a_range(RangeMethod method)
    {
        Assert.Equal(new ActivationRange(0, 0), ActivationRanges.Of(method, Filled([0, 0, 0]), CodeSpan.UInt8));
        Assert.True(ActivationRanges.Of(method, new ActivationHistogram(), CodeSpan.UInt8).IsEmpty);
    }

    [Theory]
    [InlineData(99.0)]
    [InlineData(99.9)]
    [InlineData(80.0)]
    public void Percentiles_are_those_of_the_sorted_values(double percent)
    {
        float[] sorted = [.. Gaussian.Student5(20_000, 6).Order()];
        var histogram = Filled(sorted);
        int cut = (int)((100 - percent) / 200 * sorted.Length);
        ActivationRange range = PercentileRange.Of(histogram, percent);
        Assert.InRange(range.Min, sorted[cut] - histogram.Width, sorted[cut]);
        Assert.InRange(range.Max, sorted[^(cut + 1)], sorted[^(cut + 1)] + histogram.Width);
    }

    [Fact]
    public void All_percent_is_everything_that_was_seen() =>
        Assert.Equal(new ActivationRange(-3, 5), PercentileRange.Of(Filled([-3, 1, 5]), 100));

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void The_least_squared_error_is_that_of_trying_the_codes_themselves(int seed)
    {
        // With 256 codes clipping hardly ever pays; with 16 it must.
        var fourBits = new CodeSpan(0, 15, Symmetric: false);
        float[] values = [.. Gaussian.Student5(4000, seed).Select(v => (v * 3) + 1)];
        ActivationRange chosen = SquaredErrorRange.Of(Filled(values), fourBits);
        ActivationRange all = new(values.Min(), values.Max());
        double least = double.PositiveInfinity;
        for (int low = 1; low <= 40; low++)
        {
            for (int high = 1; high <= 40; high++)
            {
                least = Math.Min(least, Error(values, new ActivationRange(all.Min * low / 40, all.Max * high / 40), fourBits));
            }
        }

        // Two grids of ends and one bin of the histogram apart.
        Assert.InRange(Error(values, chosen, fourBits), 0, 1.03 * least);
        Assert.True(least < 0.9 * Error(values, all, fourBits), "the tails should be worth clipping");
    }

    [Fact]
    public void Values_that_all_count_the_same_are_not_clipped()
    {
        float[] values = [.. Enumerable.Range(0, 8000).Select(i => (i - 4000) / 1000f)];
        foreach (RangeMethod method in Enum.GetValues<RangeMethod>())
        {
            ActivationRange range = ActivationRanges.Of(method, Filled(values), CodeSpan.UInt8);
            Assert.InRange(range.Min, -4, -3.9f);
            Assert.InRange(range.Max, 3.9f, 4);
        }
    }

    [Fact]
    public void Entropy_cuts_one_far_value_off()
    {
        float[] values = [.. Gaussian.Values(100_000, 9), 1000];
        ActivationRange range = EntropyRange.Of(Filled(values));
        Assert.InRange(range.Max, 3, 300);
        Assert.Equal(values.Min(), range.Min);
    }

    [Fact]
    public void Divergence_is_the_sum_of_p_log_p_over_q()
    {
        var counts = new double[2 * EntropyRange.CoarseHalf];
        var random = new Random(10);
        for (int i = 600; i < 1500; i++)
        {
            counts[i] = random.Next(0, 50);
        }

        int first = 700 - EntropyRange.CoarseHalf, last = 1399 - EntropyRange.CoarseHalf;
        double[] inside = counts[700..1400];
        double[] p = [.. inside];
        p[0] += counts[..700].Sum();
        p[^1] += counts[1400..].Sum();
        double[] q = new double[700];
        for (int level = 0; level < 256; level++)
        {
            int[] bins = [.. Enumerable.Range(0, 700).Where(i => i >= level * 700 / 256 && i < (level + 1) * 700 / 256)];
            double mean = bins.Sum(i => inside[i]) / Math.Max(1, bins.Count(i => inside[i] > 0));
            Array.ForEach(bins, i => q[i] = inside[i] > 0 ? mean : 0);
        }

        double expected = Enumerable.Range(0, 700).Where(i => p[i] > 0 && q[i] > 0).Sum(i => p[i] / p.Sum() * Math.Log(p[i] / p.Sum() / (q[i] / q.Sum())));
        Assert.True(inside[0] > 0 && inside[^1] > 0);
        Assert.Equal(expected, EntropyRange.Divergence(counts, first, last), 1e-9);
    }

    private static double Error(float[] values, ActivationRange range, CodeSpan codes)
    {
        AffineScale scale = AffineScale.Of(range, codes);
        return values.Sum(value => Math.Pow(value - scale.Decode(scale.Encode(value)), 2));
    }
}
