using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Tests.Rendering;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0.421, "0.42 s")]
    [InlineData(12.4, "12 s")]
    [InlineData(59.7, "1 min")]
    [InlineData(72, "1 min 12 s")]
    [InlineData(3599.9, "1 h")]
    [InlineData(7500, "2 h 5 min")]
    public void Durations_have_two_units(double seconds, string expected) =>
        Assert.Equal(expected, Units.Duration(TimeSpan.FromSeconds(seconds)));
}
