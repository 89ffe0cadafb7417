using System.Globalization;
using System.Numerics;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Numbers as Python prints and reads them.</summary>
internal static class NumberText
{
    /// <summary>Python's own limit on the digits of an integer that is printed or read.</summary>
    public const int MaxDigits = 4300;

    private static readonly BigInteger TooLarge = BigInteger.Pow(10, MaxDigits);

    public static string Whole(in Value value) => value.Kind == ValueKind.BigInteger
        ? Whole(value.Whole)
        : value.Integer.ToString(CultureInfo.InvariantCulture);

    public static string Whole(BigInteger value) => BigInteger.Abs(value) < TooLarge
        ? value.ToString(CultureInfo.InvariantCulture)
        : throw TemplateFault.Limit($"an integer of more than {MaxDigits} digits cannot be printed");

    /// <summary>Shortest digits that read back as the same number; an exponent below 1e-4 and from 1e16.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        (string sign, string digits, int exponent) = Shortest(value);
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        return exponent + 1 >= digits.Length
            ? sign + digits.PadRight(exponent + 1, '0') + ".0"
            : sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    /// <summary>Python's <c>int(text, base)</c>, or null where it refuses.</summary>
    public static BigInteger? ParseWhole(string text, int radix)
    {
        string body = PythonSpace.Trim(text).ToLowerInvariant();
        bool isNegative = body.StartsWith('-');
        if (isNegative || body.StartsWith('+'))
        {
            body = body[1..];
        }

        int prefix = body.Length > 1 && body[0] == '0' ? body[1] switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 0 } : 0;
        if (prefix != 0 && (radix == 0 || radix == prefix))
        {
            (radix, body) = (prefix, body[2..].TrimStart('_'));
        }
        else if (radix == 0)
        {
            radix = 10;
        }

        if (body.Length == 0 || body.Length > MaxDigits || radix is < 2 or > 36 || body[0] == '_' || body[^1] == '_'
            || body.Contains("__", StringComparison.Ordinal))
        {
            return null;
        }

        BigInteger value = BigInteger.Zero;
        foreach (char c in body)
        {
            int digit = c == '_' ? -1 : char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterLower(c) ? c - 'a' + 10 : 36;
            if (digit >= radix)
            {
                return null;
            }

            value = digit < 0 ? value : value * radix + digit;
        }

        return isNegative ? -value : value;
    }

    /// <summary>Python's <c>float(text)</c>, or null where it refuses.</summary>
    public static double? ParseFloat(string text)
    {
        string body = PythonSpace.Trim(text).ToLowerInvariant();
        string unsigned = body.TrimStart('+', '-');
        if (body.Length - unsigned.Length <= 1 && unsigned is "inf" or "infinity" or "nan")
        {
            return unsigned == "nan" ? double.NaN : body.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        }

        if (body.StartsWith('_') || body.EndsWith('_') || body.Contains("__", StringComparison.Ordinal))
        {
            return null;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(body.Replace("_", "", StringComparison.Ordinal), Style, CultureInfo.InvariantCulture, out double value)
            && body.AsSpan().ContainsAnyInRange('0', '9')
            ? value
            : null;
    }

    /// <summary>Sign, digits without trailing zeros, and the decimal exponent of the first digit.</summary>
    private static (string Sign, string Digits, int Exponent) Shortest(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        string sign = text.StartsWith('-') ? "-" : "";
        if (value == 0)
        {
            return (sign, "0", 0);
        }

        string[] parts = text[sign.Length..].Split('E');
        string mantissa = parts[0];
        int point = mantissa.IndexOf('.') is var found and >= 0 ? found : mantissa.Length;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        int exponent = point - 1 - zeros + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        return (sign, digits.Trim('0'), exponent);
    }
}
