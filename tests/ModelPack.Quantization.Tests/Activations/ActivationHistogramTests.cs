using ModelPack.Quantization.Activations;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class ActivationHistogramTests
{
    [Fact]
    public void Counts_are_those_of_each_value_on_its_own()
    {
        float[] values = Gaussian.Values(5000, 1);
        var histogram = Filled(values);
        foreach (IGrouping<int, float> bin in values.GroupBy(value => (int)Math.Floor(value / histogram.Width)))
        {
            Assert.Equal(bin.Count(), histogram[bin.Key]);
        }

        Assert.Equal(values.Length, Enumerable.Range(-ActivationHistogram.Half, 2 * ActivationHistogram.Half).Sum(bin => histogram[bin]));
        Assert.Equal(new ActivationRange(values.Min(), values.Max()), histogram.Range);
        Assert.InRange(histogram.Range.Magnitude, ActivationHistogram.Half / 2 * histogram.Width, ActivationHistogram.Half * histogram.Width);
    }

    [Fact]
    public void Order_and_portions_do_not_matter()
    {
        float[] values = [.. Gaussian.Values(1000, 2), 0, 0, 1e-20f, -300, 7e4f];
        var whole = Filled(values);
        var single = new ActivationHistogram();
        foreach (float value in values.OrderBy(Math.Abs))
        {
            single.Add([value]);
        }

        Assert.Equal(whole.Width, single.Width);
        Assert.Equal(whole.Filled(), single.Filled());
        for (int bin = -ActivationHistogram.Half; bin < ActivationHistogram.Half; bin++)
        {
            Assert.Equal(whole[bin], single[bin]);
        }
    }

    [Fact]
    public void What_is_not_finite_is_counted_apart()
    {
        var histogram = Filled([1, float.NaN, float.PositiveInfinity, -2]);
        Assert.Equal((2, 2), (histogram.Count, histogram.NonFinite));
        Assert.Equal(new ActivationRange(-2, 1), histogram.Range);
    }

    internal static ActivationHistogram Filled(ReadOnlySpan<float> values)
    {
        var histogram = new ActivationHistogram();
        histogram.Add(values);
        return histogram;
    }
}
