using System.Numerics;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Python's <c>'…' % values</c>.</summary>
internal sealed class PercentFormat
{
    private readonly RenderState _state;
    private readonly string _format;
    private readonly Value _values;
    private readonly bool _escapes;
    private readonly StringBuilder _text = new();
    private int _position;
    private int _used;
    private bool _byName;

    private PercentFormat(RenderState state, in Value format, in Value values)
    {
        _state = state;
        _format = format.Text;
        _values = values;
        _escapes = format.Kind == ValueKind.Markup;
    }

    public static Value Apply(RenderState state, in Value format, in Value values) =>
        format.WithText(new PercentFormat(state, format, values).Run());

    private string Run()
    {
        while (_position < _format.Length)
        {
            _state.Meter.Step();
            _state.Meter.RequireLength(_text.Length);
            char c = _format[_position++];
            if (c != '%')
            {
                _text.Append(c);
            }
            else
            {
                ReadConversion();
            }
        }

        bool allUsed = _values.Kind == ValueKind.Tuple ? _used >= _values.Items.Length
            : _used == 1 || _byName || _values.Kind is ValueKind.Dict or ValueKind.List or ValueKind.Undefined
                || (_values.Kind == ValueKind.Object && _values.Object.IsSequence);
        if (!allUsed)
        {
            throw TemplateFault.Evaluation("not all arguments converted during string formatting");
        }

        _state.Meter.Text(_text.Length);
        return _text.ToString();
    }

    private void ReadConversion()
    {
        Value named = default;
        if (Peek() == '(')
        {
            named = ReadNamed();
        }

        var flags = "";
        while (Peek() is '-' or '+' or ' ' or '#' or '0')
        {
            char flag = _format[_position++];
            flags = flags.Contains(flag) ? flags : flags + flag;
        }

        long width = ReadNumber();
        if (width < 0)
        {
            (flags, width) = (flags + "-", -width);
        }

        long precision = -1;
        if (Peek() == '.')
        {
            _position++;
            precision = Math.Max(0, ReadNumber());
        }

        while (Peek() is 'h' or 'l' or 'L')
        {
            _position++;
        }

        if (_position >= _format.Length)
        {
            throw TemplateFault.Evaluation("incomplete format");
        }

        char conversion = _format[_position++];
        if (conversion == '%')
        {
            _text.Append('%');
            return;
        }

        Value value = named.IsMissing ? NextValue() : named;
        AppendPadded(Convert(conversion, value, flags, precision), width, flags, conversion);
    }

    private char Peek() => _position < _format.Length ? _format[_position] : '\0';

    private Value ReadNamed()
    {
        int depth = 0;
        int start = _position + 1;
        for (; _position < _format.Length; _position++)
        {
            depth += _format[_position] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                string name = _format[start.._position++];
                if (_values.Kind != ValueKind.Dict)
                {
                    throw TemplateFault.Evaluation("format requires a mapping");
                }

                _byName = true;
                return _values.Dict.TryGet(name, out Value value) ? value : throw TemplateFault.Evaluation($"the format's key '{name}' is missing");
            }
        }

        throw TemplateFault.Evaluation("incomplete format key");
    }

    private long ReadNumber()
    {
        if (Peek() == '*')
        {
            _position++;
            return Argument.Clamped(NextValue());
        }

        long number = 0;
        while (char.IsAsciiDigit(Peek()))
        {
            number = Math.Min(int.MaxValue, number * 10 + (_format[_position++] - '0'));
        }

        return number;
    }

    private Value NextValue()
    {
        if (_values.Kind == ValueKind.Tuple)
        {
            return _used < _values.Items.Length
                ? _values.Items[_used++]
                : throw TemplateFault.Evaluation("not enough arguments for format string");
        }

        return _used++ == 0 ? _values : throw TemplateFault.Evaluation("not enough arguments for format string");
    }

    private (string Sign, string Body) Convert(char conversion, in Value value, string flags, long precision)
    {
        switch (conversion)
        {
            case 's' or 'r' or 'a':
                string text = conversion switch
                {
                    's' => Printer.Text(_state.Meter, value),
                    'r' => Printer.Repr(_state.Meter, value),
                    _ => Printer.Ascii(_state.Meter, value),
                };
                text = _escapes && value.Kind != ValueKind.Markup ? Html.Escape(_state.Meter, text) : text;
                return ("", precision >= 0 && precision < CodePoints.Count(text) ? text[..CodePoints.Offset(text, precision)] : text);
            case 'c':
                return ("", Character(value));
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                return Whole(conversion, value, flags, precision);
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G':
                return Float(conversion, Argument.Float(value), flags, precision < 0 ? 6 : precision);
            default:
                throw TemplateFault.Evaluation($"unsupported format character '{conversion}'");
        }
    }

    private static string Character(in Value value)
    {
        if (value.IsText && CodePoints.Count(value.Text) == 1)
        {
            return value.Text;
        }

        return value.IsWhole ? Argument.Character(value) : throw TemplateFault.Evaluation("%c requires an int or a single character");
    }

    private (string Sign, string Body) Whole(char conversion, in Value value, string flags, long precision)
    {
        Argument.RequireDefined(value);
        if (!value.IsWhole && !(value.Kind == ValueKind.Float && conversion is 'd' or 'i' or 'u' && double.IsFinite(value.Float)))
        {
            throw TemplateFault.Evaluation($"%{conversion} format: a number is required, not {value.TypeName}");
        }

        BigInteger number = value.IsWhole ? value.Whole : new BigInteger(value.Float);
        string digits = BraceFormat.Digits(BigInteger.Abs(number), conversion is 'i' or 'u' ? 'd' : conversion);
        if (precision > digits.Length)
        {
            _state.Meter.Text(precision);
            digits = digits.PadLeft((int)precision, '0');
        }

        string prefix = flags.Contains('#') && conversion is 'x' or 'X' or 'o' ? "0" + conversion : "";
        return (Sign(number.Sign < 0, flags) + prefix, digits);
    }

    private (string Sign, string Body) Float(char conversion, double number, string flags, long precision)
    {
        string body = BraceFormat.FloatBody(_state.Meter, Math.Abs(number), conversion, precision, flags.Contains('#'));
        return (Sign(number < 0 || (number == 0 && double.IsNegative(number)), flags), body);
    }

    private static string Sign(bool isNegative, string flags) =>
        isNegative ? "-" : flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "";

    private void AppendPadded((string Sign, string Body) converted, long width, string flags, char conversion)
    {
        (string sign, string body) = converted;
        long missing = width - CodePoints.Count(body) - sign.Length;
        if (missing <= 0)
        {
            _text.Append(sign).Append(body);
            return;
        }

        _state.Meter.Text(missing);
        _ = flags.Contains('-') ? _text.Append(sign).Append(body).Append(' ', (int)missing)
            : flags.Contains('0') && conversion is not ('s' or 'r' or 'a' or 'c') ? _text.Append(sign).Append('0', (int)missing).Append(body)
            : _text.Append(' ', (int)missing).Append(sign).Append(body);
    }
}
