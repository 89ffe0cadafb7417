using System.Globalization;
using System.Numerics;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>
/// The forms <c>f</c>, <c>e</c> and <c>g</c> of C and Python: exact digits, halves rounded to even, on finite numbers that
/// are not negative. .NET's own formats round halves away from zero.
/// </summary>
internal static class FloatFormat
{
    /// <summary>No double has more digits than this after the point; what is asked beyond is zeros.</summary>
    private const int MaxDigits = 1100;

    /// <summary>Characters of reading that the long division behind one number costs as much as.</summary>
    private const int Work = 8192;

    public static string Fixed(Meter meter, double value, long precision, bool keepPoint = false)
    {
        meter.Text(precision);
        meter.Scan(Work);
        int digits = (int)Math.Min(precision, MaxDigits);
        (BigInteger scaled, int exponent) = Exact(value);
        string text = Round(scaled, exponent + digits).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        string fraction = text[^digits..].PadRight((int)precision, '0');
        return text[..^digits] + (precision > 0 || keepPoint ? "." : "") + fraction;
    }

    public static string Exponential(Meter meter, double value, long precision, bool keepPoint = false)
    {
        meter.Text(precision);
        meter.Scan(Work);
        int digits = (int)Math.Min(precision, MaxDigits);
        (string text, int exponent) = Significant(value, digits + 1);
        string fraction = text[1..].PadRight((int)precision, '0');
        return text[0] + (precision > 0 || keepPoint ? "." : "") + fraction + Exponent(exponent);
    }

    /// <summary>The shorter of both forms; trailing zeros and a point at the end go unless <paramref name="keepZeros"/>.</summary>
    public static string General(Meter meter, double value, long precision, bool keepZeros)
    {
        meter.Text(precision);
        meter.Scan(Work);
        int digits = (int)Math.Clamp(precision, 1, MaxDigits);
        (string text, int exponent) = Significant(value, digits);
        if (exponent < -4 || exponent >= digits)
        {
            string fraction = keepZeros ? text[1..] : text[1..].TrimEnd('0');
            return text[0] + (fraction.Length > 0 || keepZeros ? "." : "") + fraction + Exponent(exponent);
        }

        string plain = exponent < 0 ? "0." + new string('0', -exponent - 1) + text
            : exponent + 1 >= text.Length ? text + (keepZeros ? "." : "")
            : text[..(exponent + 1)] + "." + text[(exponent + 1)..];
        return keepZeros || !plain.Contains('.') ? plain : plain.TrimEnd('0').TrimEnd('.');
    }

    private static string Exponent(int exponent) =>
        $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";

    private static (string Digits, int Exponent) Significant(double value, int count)
    {
        if (value == 0)
        {
            return (new string('0', count), 0);
        }

        (BigInteger scaled, int exponent) = Exact(value);
        int length = scaled.ToString(CultureInfo.InvariantCulture).Length;
        string digits = Round(scaled, count - length).ToString(CultureInfo.InvariantCulture);
        int first = exponent + length - 1;
        if (digits.Length > count)
        {
            (digits, first) = (digits[..count], first + 1);
        }

        return (digits, first);
    }

    /// <summary>The number as an integer times a power of ten, without loss.</summary>
    private static (BigInteger Scaled, int Exponent) Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int power = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        (mantissa, power) = power == 0 ? (mantissa, -1074) : (mantissa | 0x10000000000000, power - 1075);
        return power >= 0
            ? (new BigInteger(mantissa) << power, 0)
            : (mantissa * BigInteger.Pow(5, -power), power);
    }

    /// <summary>The integer times ten to a power, rounded half to even.</summary>
    private static BigInteger Round(BigInteger value, int power)
    {
        if (power >= 0)
        {
            return value * BigInteger.Pow(10, power);
        }

        BigInteger divisor = BigInteger.Pow(10, -power);
        BigInteger quotient = BigInteger.DivRem(value, divisor, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(divisor);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
