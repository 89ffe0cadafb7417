using System.Globalization;
using System.Numerics;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Python's <c>'{}'.format(…)</c> and the format specifications in it.</summary>
internal sealed class BraceFormat(RenderState state, Arguments arguments)
{
    private const int MaxNesting = 2;

    private int _next;

    public static string Apply(RenderState state, string format, in Arguments arguments) =>
        new BraceFormat(state, arguments).Run(format, 0);

    /// <summary>A value in the form that a specification such as <c>&gt;8.2f</c> asks for.</summary>
    public static string FormatValue(RenderState state, in Value value, string specification)
    {
        if (specification.Length == 0)
        {
            return Printer.Text(state.Meter, value);
        }

        FormatSpecification spec = FormatSpecification.Parse(specification);
        if (value.IsText && spec.Type is 's' or '\0')
        {
            string text = value.Text;
            text = spec.Precision >= 0 && spec.Precision < CodePoints.Count(text) ? text[..CodePoints.Offset(text, spec.Precision)] : text;
            return spec.Pad(state.Meter, "", text, '<');
        }

        if (!value.IsNumber)
        {
            throw TemplateFault.Evaluation($"the format '{specification}' does not fit a value of type '{value.TypeName}'");
        }

        return value.IsWhole && spec.Type is '\0' or 'd' or 'b' or 'o' or 'x' or 'X' or 'c' or 'n' ? Whole(state, value, spec) : Float(state, value, spec);
    }

    /// <summary>The digits of an integer that is not negative, in the base of a conversion character.</summary>
    public static string Digits(BigInteger value, char conversion)
    {
        int bits = conversion switch { 'b' => 1, 'o' => 3, 'x' or 'X' => 4, _ => 0 };
        if (bits == 0)
        {
            return NumberText.Whole(value);
        }

        var digits = new StringBuilder();
        for (; !value.IsZero; value >>= bits)
        {
            digits.Append("0123456789abcdef"[(int)(value & ((1 << bits) - 1))]);
        }

        char[] reversed = digits.Length == 0 ? ['0'] : digits.ToString().ToCharArray();
        Array.Reverse(reversed);
        string text = new(reversed);
        return conversion == 'X' ? text.ToUpperInvariant() : text;
    }

    /// <summary>A number that is not negative in one of the forms e, f and g; <paramref name="keepZeros"/> is the flag <c>#</c>.</summary>
    public static string FloatBody(Meter meter, double number, char conversion, long precision, bool keepZeros)
    {
        bool isUpper = char.IsAsciiLetterUpper(conversion);
        string body = !double.IsFinite(number) ? NumberText.Repr(number) : char.ToLowerInvariant(conversion) switch
        {
            'f' => FloatFormat.Fixed(meter, number, precision, keepZeros),
            'e' => FloatFormat.Exponential(meter, number, precision, keepZeros),
            _ => FloatFormat.General(meter, number, precision, keepZeros),
        };
        return isUpper ? body.ToUpperInvariant() : body;
    }

    private string Run(string format, int nesting)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length;)
        {
            state.Meter.Step();
            state.Meter.RequireLength(text.Length);
            char c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                text.Append(c);
                i += 2;
            }
            else if (c == '{')
            {
                int end = FieldEnd(format, i);
                text.Append(Field(format[(i + 1)..end], nesting));
                i = end + 1;
            }
            else if (c == '}')
            {
                throw TemplateFault.Evaluation("single '}' encountered in format string");
            }
            else
            {
                text.Append(c);
                i++;
            }
        }

        state.Meter.Text(text.Length);
        return text.ToString();
    }

    private static int FieldEnd(string format, int start)
    {
        int depth = 0;
        for (int i = start; i < format.Length; i++)
        {
            depth += format[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        throw TemplateFault.Evaluation("single '{' encountered in format string");
    }

    private string Field(string field, int nesting)
    {
        if (nesting == MaxNesting)
        {
            throw TemplateFault.Evaluation("max string recursion exceeded");
        }

        int colon = field.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? field : field[..colon];
        string specification = colon < 0 ? "" : Run(field[(colon + 1)..], nesting + 1);
        int mark = name.IndexOf('!', StringComparison.Ordinal);
        Value value = Resolve(mark < 0 ? name : name[..mark]);
        if (mark >= 0)
        {
            value = name[(mark + 1)..] switch
            {
                "s" => Value.Of(Printer.Text(state.Meter, value)),
                "r" => Value.Of(Printer.Repr(state.Meter, value)),
                "a" => Value.Of(Printer.Ascii(state.Meter, value)),
                var other => throw TemplateFault.Evaluation($"unknown conversion specifier '{other}'"),
            };
        }

        return FormatValue(state, value, specification);
    }

    private Value Resolve(string path)
    {
        int end = path.AsSpan().IndexOfAny('.', '[');
        string first = end < 0 ? path : path[..end];
        Value value = First(first);
        for (int i = end < 0 ? path.Length : end; i < path.Length;)
        {
            if (path[i] == '.')
            {
                int stop = path.AsSpan(i + 1).IndexOfAny('.', '[') is var next and >= 0 ? i + 1 + next : path.Length;
                value = Access.Attribute(state, value, path[(i + 1)..stop]);
                i = stop;
                continue;
            }

            int close = path.IndexOf(']', i);
            if (close < 0)
            {
                throw TemplateFault.Evaluation("missing ']' in format string");
            }

            string key = path[(i + 1)..close];
            value = Access.Item(state, value, NumberText.ParseWhole(key, 10) is { } index ? Value.Of(index) : Value.Of(key));
            i = close + 1;
        }

        return value;
    }

    private Value First(string name)
    {
        if (name.Length == 0 || name.All(char.IsAsciiDigit))
        {
            int index = name.Length == 0 ? _next++ : name.Length < 9 ? int.Parse(name, CultureInfo.InvariantCulture) : int.MaxValue;
            return index < arguments.Positional.Length
                ? arguments.Positional[index]
                : throw TemplateFault.Evaluation($"replacement index {index} out of range for positional args tuple");
        }

        Value value = arguments.At(int.MaxValue, name);
        return value.IsMissing ? throw TemplateFault.Evaluation($"the format's argument '{name}' is missing") : value;
    }

    private static string Whole(RenderState state, in Value value, FormatSpecification spec)
    {
        BigInteger number = value.Whole;
        if (spec.Precision >= 0)
        {
            throw TemplateFault.Evaluation("precision not allowed in integer format specifier");
        }

        if (spec.Type == 'c')
        {
            return spec.Pad(state.Meter, "", Argument.Character(value), '<');
        }

        string prefix = spec.IsAlternate && spec.Type is 'b' or 'o' or 'x' or 'X' ? "0" + spec.Type : "";
        string sign = spec.SignOf(number.Sign < 0) + prefix;
        return spec.Pad(state.Meter, sign, spec.Group(state.Meter, sign, Digits(BigInteger.Abs(number), spec.Type)), '>');
    }

    private static string Float(RenderState state, in Value value, FormatSpecification spec)
    {
        double number = Arithmetic.ToFloat(value);
        bool isNegative = number < 0 || (number == 0 && double.IsNegative(number));
        double size = Math.Abs(number);
        string body;
        switch (spec.Type)
        {
            case '%':
                body = FloatBody(state.Meter, size * 100, 'f', spec.Precision < 0 ? 6 : spec.Precision, spec.IsAlternate) + "%";
                break;
            case '\0' when spec.Precision < 0:
                body = NumberText.Repr(size);
                break;
            case '\0':
                body = FloatBody(state.Meter, size, 'g', spec.Precision, spec.IsAlternate);
                body = body.AsSpan().ContainsAny('.', 'e', 'n') ? body : body + ".0";
                break;
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n':
                body = FloatBody(state.Meter, size, spec.Type == 'n' ? 'g' : spec.Type, spec.Precision < 0 ? 6 : spec.Precision, spec.IsAlternate);
                break;
            default:
                throw TemplateFault.Evaluation($"unknown format code '{spec.Type}' for object of type '{value.TypeName}'");
        }

        string sign = spec.SignOf(isNegative);
        return spec.Pad(state.Meter, sign, spec.Group(state.Meter, sign, body), '>');
    }
}
