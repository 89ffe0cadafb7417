using ModelPack.Quantization.Activations;

namespace ModelPack.Tests.Quantization.Activations;

public sealed class AffineScaleTests
{
    public static TheoryData<float, float> Ranges => new() { { -1, 3 }, { 2, 5 }, { -7, -1 }, { 0, 0.1f }, { -1e-3f, 1e4f }, { -3e38f, 3e38f }, { 0, 0 }, { 1e-42f, 1e-41f } };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Zero_is_exact_and_no_value_inside_is_further_off_than_half_a_step(float min, float max)
    {
        foreach (CodeSpan codes in new[] { CodeSpan.UInt8, CodeSpan.Int8, CodeSpan.UInt8Reduced, CodeSpan.Int8Reduced })
        {
            AffineScale scale = AffineScale.Of(new ActivationRange(min, max), codes);
            Assert.True(scale.Scale > 0 && float.IsFinite(scale.Scale));
            Assert.Equal(0, scale.Decode(scale.Encode(0)));
            Assert.InRange(scale.ZeroPoint, codes.Min, codes.Max);
            for (int i = 0; i <= 100; i++)
            {
                double value = min + (((double)max - min) * i / 100);
                double back = (double)scale.Scale * (scale.Encode((float)value) - scale.ZeroPoint);
                // The rounded zero point moves both ends by up to half a step more.
                Assert.InRange(Math.Abs(back - value), 0, 1.01 * scale.Scale);
            }
        }
    }

    [Fact]
    public void A_range_of_255_steps_gives_its_own_codes()
    {
        AffineScale scale = AffineScale.Of(new ActivationRange(-10, 245), CodeSpan.UInt8);
        Assert.Equal((1f, 10), (scale.Scale, scale.ZeroPoint));
        Assert.Equal([0, 10, 255, 0, 255], new[] { -10f, 0, 245, -1e9f, 1e9f }.Select(scale.Encode));
    }

    [Fact]
    public void Symmetric_codes_span_the_magnitude() =>
        Assert.Equal(new AffineScale(2, 0, CodeSpan.Int8), AffineScale.Of(new ActivationRange(-254, 10), CodeSpan.Int8));
}
