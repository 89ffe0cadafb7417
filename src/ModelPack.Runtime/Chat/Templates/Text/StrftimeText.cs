using System.Globalization;
using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>C's <c>strftime</c> in the C locale, as glibc and Python give it, for a local time without a zone.</summary>
internal static class StrftimeText
{
    private static readonly Dictionary<char, (int Width, char Pad, Func<DateTime, int> Number)> Numbers = new()
    {
        ['Y'] = (1, '0', time => time.Year),
        ['C'] = (2, '0', time => time.Year / 100),
        ['y'] = (2, '0', time => time.Year % 100),
        ['m'] = (2, '0', time => time.Month),
        ['d'] = (2, '0', time => time.Day),
        ['e'] = (2, ' ', time => time.Day),
        ['H'] = (2, '0', time => time.Hour),
        ['k'] = (2, ' ', time => time.Hour),
        ['I'] = (2, '0', time => Hour12(time)),
        ['l'] = (2, ' ', time => Hour12(time)),
        ['M'] = (2, '0', time => time.Minute),
        ['S'] = (2, '0', time => time.Second),
        ['j'] = (3, '0', time => time.DayOfYear),
        ['u'] = (1, '0', time => time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek),
        ['w'] = (1, '0', time => (int)time.DayOfWeek),
        ['U'] = (2, '0', time => (time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
        ['W'] = (2, '0', time => (time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7),
        ['V'] = (2, '0', time => ISOWeek.GetWeekOfYear(time)),
        ['G'] = (1, '0', time => ISOWeek.GetYear(time)),
        ['g'] = (2, '0', time => ISOWeek.GetYear(time) % 100),
    };

    private static readonly Dictionary<char, string> Texts = new()
    {
        ['a'] = "ddd",
        ['A'] = "dddd",
        ['b'] = "MMM",
        ['h'] = "MMM",
        ['B'] = "MMMM",
        ['f'] = "ffffff",
        ['p'] = "tt",
    };

    private static readonly Dictionary<char, string> Compounds = new()
    {
        ['c'] = "%a %b %e %H:%M:%S %Y",
        ['x'] = "%m/%d/%y",
        ['D'] = "%m/%d/%y",
        ['X'] = "%H:%M:%S",
        ['T'] = "%H:%M:%S",
        ['F'] = "%Y-%m-%d",
        ['R'] = "%H:%M",
        ['r'] = "%I:%M:%S %p",
        ['n'] = "\n",
        ['t'] = "\t",
        ['z'] = "",
        ['Z'] = "",
    };

    public static string Format(string format, DateTime time)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length;)
        {
            int end = format[i] == '%' ? DirectiveEnd(format, i) : -1;
            if (end < 0 || Directive(format[i..end], time) is not { } part)
            {
                text.Append(format[i++]);
                continue;
            }

            text.Append(part);
            i = end;
        }

        return text.ToString();
    }

    private static int DirectiveEnd(string format, int start)
    {
        int at = start + 1;
        while (at < format.Length && format[at] is '-' or '_' or '0' or '^' or '#')
        {
            at++;
        }

        return at < format.Length ? at + 1 : -1;
    }

    private static string? Directive(string directive, DateTime time)
    {
        char conversion = directive[^1];
        string flags = directive[1..^1];
        if (Numbers.TryGetValue(conversion, out (int Width, char Pad, Func<DateTime, int> Number) number))
        {
            string digits = number.Number(time).ToString(CultureInfo.InvariantCulture);
            char pad = flags.Contains('_') ? ' ' : flags.Contains('0') ? '0' : number.Pad;
            return flags.Contains('-') ? digits : digits.PadLeft(number.Width, pad);
        }

        string? text = Texts.TryGetValue(conversion, out string? pattern) ? time.ToString(pattern, CultureInfo.InvariantCulture)
            : conversion == '%' ? "%"
            : Compounds.TryGetValue(conversion, out string? compound) ? Format(compound, time)
            : conversion == 's' ? new DateTimeOffset(time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            : null;
        return flags.Contains('^') ? text?.ToUpperInvariant() : text;
    }

    private static int Hour12(DateTime time) => (time.Hour + 11) % 12 + 1;
}
