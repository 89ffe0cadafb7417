using ModelPack.Packing.Sources.Gguf;

namespace ModelPack.Packing.Tests.Sources.Gguf;

public sealed class Llama3ScalingTests
{
    /// <summary>The divisors by the rule that the converter documents: see Llama 3's apply_scaling.</summary>
    [Theory]
    [InlineData(8, 1, 4, 8192, 500_000, 128)]
    [InlineData(32, 1, 4, 8192, 500_000, 64)]
    [InlineData(4, 2, 6, 4096, 100_000, 128)]
    public void The_scaling_is_recognised_by_its_divisors(double factor, double low, double high, int original, double theta, int headSize)
    {
        float[] divisors = Divisors(factor, low, high, original, theta, headSize);
        Llama3Scaling found = Llama3Scaling.Find(divisors, theta, headSize, original)!;
        Assert.Equal(factor, found.Factor, 1e-5);
        Assert.Equal(low, found.Low, 1e-2);
        Assert.Equal(high, found.High, 1e-2);
    }

    [Fact]
    public void Divisors_of_another_rule_are_not_taken_for_it()
    {
        float[] divisors = Divisors(8, 1, 4, 8192, 500_000, 128);
        divisors[40] *= 1.01f;
        Assert.Null(Llama3Scaling.Find(divisors, 500_000, 128, 8192));
        Assert.Null(Llama3Scaling.Find(divisors.AsSpan(1), 500_000, 128, 8192));
    }

    private static float[] Divisors(double factor, double low, double high, int original, double theta, int headSize)
    {
        var divisors = new float[headSize / 2];
        for (int i = 0; i < divisors.Length; i++)
        {
            double wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * i / headSize);
            double smooth = ((original / wavelength) - low) / (high - low);
            divisors[i] = (float)(wavelength < original / high ? 1 : wavelength > original / low ? factor : 1 / (((1 - smooth) / factor) + smooth));
        }

        return divisors;
    }
}
