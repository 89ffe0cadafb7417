using System.Globalization;
using System.Numerics;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Filters that make a number, or a text of one.</summary>
internal static class NumberFilters
{
    /// <summary>Beyond this many decimals, and below minus as many, rounding changes nothing or gives zero.</summary>
    private const int MaxDecimals = 400;

    public static IEnumerable<Builtin> All { get; } =
    [
        new("abs", "", Abs),
        new("int", "default?, base?", Int),
        new("float", "default?", Float),
        new("round", "precision?, method?", Round),
        new("filesizeformat", "binary?", FileSize),
    ];

    private static Value Abs(RenderState state, Value[] a)
    {
        Argument.RequireDefined(a[0]);
        return a[0].IsWhole ? Value.Of(BigInteger.Abs(a[0].Whole)) : Value.Of(Math.Abs(Argument.Float(a[0])));
    }

    private static Value Int(RenderState state, Value[] a)
    {
        Argument.RequireDefined(a[0]);
        Value whenRefused = a[1].IsMissing ? Value.Of(0L) : a[1];
        if (a[0].IsText)
        {
            long digits = Math.Min(a[0].Text.Length, NumberText.MaxDigits);
            state.Meter.Scan(digits * digits / 16);
            return NumberText.ParseWhole(a[0].Text, (int)Math.Clamp(Argument.Whole(a[2], 10), -1, 37)) is { } whole ? Value.Of(whole)
                : NumberText.ParseFloat(a[0].Text) is { } number && double.IsFinite(number) ? Value.Of(new BigInteger(number))
                : whenRefused;
        }

        return a[0].IsWhole ? Value.Of(a[0].Whole)
            : a[0].Kind != ValueKind.Float || double.IsNaN(a[0].Float) ? whenRefused
            : double.IsFinite(a[0].Float) ? Value.Of(new BigInteger(a[0].Float))
            : throw TemplateFault.Evaluation("cannot convert float infinity to integer");
    }

    private static Value Float(RenderState state, Value[] a)
    {
        Argument.RequireDefined(a[0]);
        double? number = a[0].IsNumber ? Arithmetic.ToFloat(a[0]) : a[0].IsText ? NumberText.ParseFloat(a[0].Text) : null;
        return number is { } found ? Value.Of(found) : a[1].IsMissing ? Value.Of(0.0) : a[1];
    }

    private static Value Round(RenderState state, Value[] a)
    {
        long precision = Argument.Whole(a[1], 0);
        string method = a[2].IsMissing ? "common" : Argument.Text(a[2], "round");
        Func<double, double>? direction = method switch
        {
            "common" => null,
            "ceil" => Math.Ceiling,
            "floor" => Math.Floor,
            _ => throw TemplateFault.Evaluation("method must be common, ceil or floor"),
        };
        double number = Argument.Float(a[0]);
        if (direction is not null)
        {
            double scale = Math.Pow(10, Math.Clamp(precision, -MaxDecimals, MaxDecimals));
            return Value.Of((direction(number * scale) + 0.0) / scale);
        }

        if (a[0].IsWhole)
        {
            return precision >= 0 ? Value.Of(a[0].Whole) : Value.Of(RoundWhole(a[0].Whole, precision));
        }

        if (!double.IsFinite(number) || precision > MaxDecimals)
        {
            return a[0];
        }

        if (precision < 0)
        {
            return Value.Of(Math.CopySign((double)RoundWhole(new BigInteger(number), precision), number));
        }

        string text = FloatFormat.Fixed(state.Meter, Math.Abs(number), precision);
        return Value.Of(Math.CopySign(double.Parse(text, CultureInfo.InvariantCulture), number));
    }

    /// <summary>An integer rounded half to even at a power of ten.</summary>
    private static BigInteger RoundWhole(BigInteger value, long precision)
    {
        if (precision < -NumberText.MaxDigits)
        {
            return BigInteger.Zero;
        }

        BigInteger unit = BigInteger.Pow(10, (int)-precision);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(value), unit, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(unit);
        quotient += half > 0 || (half == 0 && !quotient.IsEven) ? 1 : 0;
        return quotient * unit * value.Sign;
    }

    private static Value FileSize(RenderState state, Value[] a)
    {
        double size = a[0].IsText
            ? NumberText.ParseFloat(a[0].Text) ?? throw TemplateFault.Evaluation("filesizeformat needs a number")
            : Argument.Float(a[0]);
        bool isBinary = Argument.Flag(a[1]);
        double unit = isBinary ? 1024 : 1000;
        if (size < unit)
        {
            return Value.Of(size == 1 ? "1 Byte" : $"{NumberText.Whole(new BigInteger(size))} Bytes");
        }

        string[] prefixes = isBinary ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"] : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
        int prefix = 0;
        for (size /= unit; size >= unit && prefix < prefixes.Length - 1; prefix++)
        {
            size /= unit;
        }

        return Value.Of($"{FloatFormat.Fixed(state.Meter, size, 1)} {prefixes[prefix]}");
    }
}
