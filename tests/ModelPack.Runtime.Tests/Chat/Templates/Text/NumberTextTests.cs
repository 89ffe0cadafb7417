using System.Globalization;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Tests.Chat.Templates.Text;

public sealed class NumberTextTests
{
    private static readonly Meter Meter = new(new JinjaOptions { MaxSteps = long.MaxValue, MaxAllocatedBytes = long.MaxValue }, CancellationToken.None);

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001234, "1.234e-05")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NaN, "nan")]
    public void Floats_print_as_in_Python(double value, string expected) => Assert.Equal(expected, NumberText.Repr(value));

    [Fact]
    public void Printed_floats_read_back_as_themselves()
    {
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(value))
            {
                Assert.Equal(value, double.Parse(NumberText.Repr(value), CultureInfo.InvariantCulture));
                Assert.Equal(value, NumberText.ParseFloat(NumberText.Repr(value)));
            }
        }
    }

    [Fact]
    public void Fixed_forms_agree_with_exact_decimal_arithmetic()
    {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++)
        {
            // Multiples of 1/1024 are exact as decimals, ties included.
            decimal exact = random.Next(1 << 24) / 1024m;
            int precision = random.Next(6);

            Assert.Equal(
                decimal.Round(exact, precision, MidpointRounding.ToEven).ToString("F" + precision, CultureInfo.InvariantCulture),
                FloatFormat.Fixed(Meter, (double)exact, precision));
        }
    }

    [Theory]
    [InlineData(0.5, 0, "0")]
    [InlineData(1.5, 0, "2")]
    [InlineData(2.675, 2, "2.67")]
    [InlineData(5e-324, 3, "0.000")]
    [InlineData(1e22, 1, "10000000000000000000000.0")]
    public void Halves_round_to_even(double value, int precision, string expected) => Assert.Equal(expected, FloatFormat.Fixed(Meter, value, precision));

    [Theory]
    [InlineData("1_000", 10, 1000L)]
    [InlineData(" -0x1F ", 16, -31L)]
    [InlineData("0b101", 0, 5L)]
    [InlineData("zz", 36, 1295L)]
    [InlineData("1__0", 10, null)]
    [InlineData("0x1f", 10, null)]
    [InlineData("", 10, null)]
    public void Integers_are_read_as_in_Python(string text, int radix, long? expected) =>
        Assert.Equal(expected, (long?)NumberText.ParseWhole(text, radix));
}
