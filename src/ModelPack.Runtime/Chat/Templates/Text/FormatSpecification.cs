using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>A format specification: <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>.</summary>
internal sealed record FormatSpecification
{
    private string? Fill { get; init; }

    private char Align { get; init; }

    private bool IsZeroPadded { get; init; }

    private char Sign { get; init; } = '-';

    public bool IsAlternate { get; private init; }

    private long Width { get; init; }

    private char Separator { get; init; }

    /// <summary>Digits after the point, or -1 where nothing is said.</summary>
    public long Precision { get; private init; } = -1;

    /// <summary>The conversion, or NUL where nothing is said.</summary>
    public char Type { get; private init; }

    public static FormatSpecification Parse(string text)
    {
        int at = 0;
        char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';
        bool Take(char c)
        {
            bool found = Peek() == c;
            at += found ? 1 : 0;
            return found;
        }

        long Number()
        {
            long number = 0;
            while (char.IsAsciiDigit(Peek()))
            {
                number = Math.Min(int.MaxValue, number * 10 + (text[at++] - '0'));
            }

            return number;
        }

        var spec = new FormatSpecification();
        int fill = text.Length > 0 ? CodePoints.SizeAt(text, 0) : 0;
        if (fill > 0 && Peek(fill) is '<' or '>' or '=' or '^')
        {
            spec = spec with { Fill = text[..fill], Align = text[fill] };
            at = fill + 1;
        }
        else if (Peek() is '<' or '>' or '=' or '^')
        {
            spec = spec with { Align = text[at++] };
        }

        if (Peek() is '+' or '-' or ' ')
        {
            spec = spec with { Sign = text[at++] };
        }

        spec = spec with { IsAlternate = Take('#') };
        if (Take('0'))
        {
            spec = spec with { IsZeroPadded = true };
        }

        spec = spec with { Width = Number() };
        if (Peek() is ',' or '_')
        {
            spec = spec with { Separator = text[at++] };
        }

        if (Take('.'))
        {
            spec = char.IsAsciiDigit(Peek())
                ? spec with { Precision = Number() }
                : throw TemplateFault.Evaluation("format specifier missing precision");
        }

        if (at < text.Length)
        {
            spec = spec with { Type = text[at++] };
        }

        if (spec.Separator != '\0' && (spec.Type is 'n' or 's' or 'c' || (spec.Separator == ',' && spec.Type is 'b' or 'o' or 'x' or 'X')))
        {
            throw TemplateFault.Evaluation($"cannot specify '{spec.Separator}' with '{spec.Type}'");
        }

        return at == text.Length ? spec : throw TemplateFault.Evaluation($"invalid format specifier '{text}'");
    }

    public string SignOf(bool isNegative) => isNegative ? "-" : Sign == '-' ? "" : Sign.ToString();

    /// <summary>
    /// Puts the separator between groups of three digits of the whole part, of four for other bases than ten; zeros that fill
    /// up to the width are grouped as well.
    /// </summary>
    public string Group(Meter meter, string sign, string digits)
    {
        if (Separator == '\0')
        {
            return digits;
        }

        int size = Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3;
        int end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9') is var mark and >= 0 && size == 3 ? mark : digits.Length;
        if (Fill == "0" || (IsZeroPadded && Fill is null) ? Align is '\0' or '=' : false)
        {
            meter.Text(Width);
            long missing = Width - sign.Length - (digits.Length - end);
            int wanted = (int)Math.Max(0, missing * size / (size + 1));
            wanted += wanted + (wanted - 1) / size < missing ? 1 : 0;
            digits = digits.PadLeft(Math.Max(0, wanted - end) + digits.Length, '0');
            end = Math.Max(end, wanted);
        }

        var grouped = new StringBuilder();
        for (int i = 0; i < end; i++)
        {
            _ = i > 0 && (end - i) % size == 0 ? grouped.Append(Separator).Append(digits[i]) : grouped.Append(digits[i]);
        }

        return grouped.Append(digits, end, digits.Length - end).ToString();
    }

    public string Pad(Meter meter, string sign, string body, char defaultAlign)
    {
        long missing = Width - sign.Length - CodePoints.Count(body);
        if (missing <= 0)
        {
            return sign + body;
        }

        string fill = Fill ?? (IsZeroPadded ? "0" : " ");
        meter.Text(missing * fill.Length);
        string Padding(long count) => string.Concat(Enumerable.Repeat(fill, (int)count));
        char align = Align != '\0' ? Align : IsZeroPadded && defaultAlign == '>' ? '=' : defaultAlign;
        return align switch
        {
            '<' => sign + body + Padding(missing),
            '^' => Padding(missing / 2) + sign + body + Padding(missing - missing / 2),
            '=' => sign + Padding(missing) + body,
            _ => Padding(missing) + sign + body,
        };
    }
}
