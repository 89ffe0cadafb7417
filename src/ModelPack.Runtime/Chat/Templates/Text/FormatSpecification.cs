using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>A format specification: <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>.</summary>
internal sealed record FormatSpecification
{
    private string Fill { get; init; } = " ";

    private char Align { get; init; }

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
        if (Take('0') && spec.Align == '\0')
        {
            spec = spec with { Fill = "0", Align = '=' };
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

        return at == text.Length ? spec : throw TemplateFault.Evaluation($"invalid format specifier '{text}'");
    }

    public string SignOf(bool isNegative) => isNegative ? "-" : Sign == '-' ? "" : Sign.ToString();

    /// <summary>Puts the separator between groups of three digits of the whole part, of four for other bases than ten.</summary>
    public string Group(string digits)
    {
        if (Separator == '\0')
        {
            return digits;
        }

        int size = Type is 'b' or 'o' or 'x' or 'X' ? 4 : 3;
        int end = digits.AsSpan().IndexOfAny('.', 'e', '%') is var mark and >= 0 ? mark : digits.Length;
        var grouped = new StringBuilder(digits);
        for (int i = end - size; i > 0; i -= size)
        {
            grouped.Insert(i, Separator);
        }

        return grouped.ToString();
    }

    public string Pad(Meter meter, string sign, string body, char defaultAlign)
    {
        long missing = Width - sign.Length - CodePoints.Count(body);
        if (missing <= 0)
        {
            return sign + body;
        }

        meter.Text(missing * Fill.Length);
        string Padding(long count) => string.Concat(Enumerable.Repeat(Fill, (int)count));
        return (Align == '\0' ? defaultAlign : Align) switch
        {
            '<' => sign + body + Padding(missing),
            '^' => Padding(missing / 2) + sign + body + Padding(missing - missing / 2),
            '=' => sign + Padding(missing) + body,
            _ => Padding(missing) + sign + body,
        };
    }
}
