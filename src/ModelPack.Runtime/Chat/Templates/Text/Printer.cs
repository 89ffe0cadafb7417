using System.Globalization;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Python's <c>str()</c> and <c>repr()</c>.</summary>
internal static class Printer
{
    /// <summary>What <c>{{ value }}</c> writes.</summary>
    public static string Text(Meter meter, in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Text or ValueKind.Markup:
                return value.Text;
            case ValueKind.Missing or ValueKind.Undefined:
                return "";
            case ValueKind.None:
                return "None";
            case ValueKind.Boolean:
                return value.IsTrue ? "True" : "False";
            case ValueKind.Integer or ValueKind.BigInteger:
                meter.Scan(value.Kind == ValueKind.BigInteger ? (long)value.Whole.GetBitLength() : 0);
                return NumberText.Whole(value);
            case ValueKind.Float:
                return NumberText.Repr(value.Float);
            default:
                return Repr(meter, value);
        }
    }

    public static string Repr(Meter meter, in Value value)
    {
        var text = new StringBuilder();
        WriteRepr(text, meter, value);
        meter.Text(text.Length);
        return text.ToString();
    }

    /// <summary>Python's <c>ascii()</c>: a <c>repr()</c> with escapes for all that is not ASCII.</summary>
    public static string Ascii(Meter meter, in Value value)
    {
        string repr = Repr(meter, value);
        if (System.Text.Ascii.IsValid(repr))
        {
            return repr;
        }

        meter.Text(repr.Length * 6L);
        var text = new StringBuilder();
        for (int i = 0; i < repr.Length; i += CodePoints.SizeAt(repr, i))
        {
            int c = CodePoints.ValueAt(repr, i);
            _ = c < 0x80 ? text.Append((char)c) : AppendEscape(text, c);
        }

        return text.ToString();
    }

    public static void WriteRepr(StringBuilder text, Meter meter, in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Text:
                WriteQuoted(text, meter, value.Text);
                break;
            case ValueKind.Markup:
                text.Append("Markup(");
                WriteQuoted(text, meter, value.Text);
                text.Append(')');
                break;
            case ValueKind.Missing or ValueKind.Undefined:
                text.Append("Undefined");
                break;
            case ValueKind.List:
                WriteItems(text, meter, value.Items, '[', ']');
                break;
            case ValueKind.Tuple:
                WriteItems(text, meter, value.Items, '(', ')');
                break;
            case ValueKind.Dict:
                WriteDict(text, meter, value.Dict);
                break;
            case ValueKind.Object:
                meter.EnterData();
                value.Object.Print(text, meter);
                meter.LeaveData();
                break;
            default:
                text.Append(Text(meter, value));
                break;
        }
    }

    /// <summary>True for what Python's <c>str.isprintable</c> accepts: everything but controls, unassigned and separators other than the space.</summary>
    public static bool IsPrintable(int codePoint) => codePoint == ' ' || CharUnicodeInfo.GetUnicodeCategory(codePoint) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);

    private static void WriteItems(StringBuilder text, Meter meter, Value[] items, char open, char close)
    {
        meter.EnterData();
        text.Append(open);
        for (int i = 0; i < items.Length; i++)
        {
            Separate(text, meter, i);
            WriteRepr(text, meter, items[i]);
        }

        if (open == '(' && items.Length == 1)
        {
            text.Append(',');
        }

        text.Append(close);
        meter.LeaveData();
    }

    private static void WriteDict(StringBuilder text, Meter meter, DictValue dict)
    {
        meter.EnterData();
        text.Append('{');
        int i = 0;
        foreach (KeyValuePair<Value, Value> entry in dict.Entries)
        {
            Separate(text, meter, i++);
            WriteRepr(text, meter, entry.Key);
            text.Append(": ");
            WriteRepr(text, meter, entry.Value);
        }

        text.Append('}');
        meter.LeaveData();
    }

    private static void Separate(StringBuilder text, Meter meter, int index)
    {
        meter.Step();
        meter.RequireLength(text.Length);
        if (index > 0)
        {
            text.Append(", ");
        }
    }

    private static void WriteQuoted(StringBuilder text, Meter meter, string content)
    {
        meter.Scan(content.Length);
        meter.RequireLength((long)text.Length + content.Length);
        char quote = content.Contains('\'') && !content.Contains('"') ? '"' : '\'';
        text.Append(quote);
        for (int i = 0; i < content.Length; i += CodePoints.SizeAt(content, i))
        {
            int c = CodePoints.ValueAt(content, i);
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when c == quote => text.Append('\\').Append(quote),
                < 0x7F and >= 0x20 => text.Append((char)c),
                _ when IsPrintable(c) => text.AppendCodePoint(c),
                _ => AppendEscape(text, c),
            };
        }

        text.Append(quote);
    }

    private static StringBuilder AppendEscape(StringBuilder text, int c) => c switch
    {
        < 0x100 => text.Append(@"\x").Append(c.ToString("x2", CultureInfo.InvariantCulture)),
        < 0x10000 => text.Append(@"\u").Append(c.ToString("x4", CultureInfo.InvariantCulture)),
        _ => text.Append(@"\U").Append(c.ToString("x8", CultureInfo.InvariantCulture)),
    };
}
