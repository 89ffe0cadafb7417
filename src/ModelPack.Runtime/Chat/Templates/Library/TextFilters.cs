using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Filters that make a text from a text; other values are taken as they are printed.</summary>
internal static class TextFilters
{
    /// <summary>What <c>truncate</c> may exceed its length by before it cuts.</summary>
    private const int Leeway = 5;

    public static IEnumerable<Builtin> All { get; } =
    [
        new("upper", "", (state, a) => Method(state, a, "upper")),
        new("lower", "", (state, a) => Method(state, a, "lower")),
        new("capitalize", "", (state, a) => Method(state, a, "capitalize")),
        new("title", "", Title),
        new("trim", "chars?", (state, a) => Method(state, a, "strip")),
        new("center", "width?", (state, a) => Method(state, [a[0], a[1].IsMissing ? Value.Of(80L) : a[1]], "center")),
        new("replace", "old, new, count?", Replace),
        new("string", "", (state, a) => Soft(state, a[0])),
        new("indent", "width?, first?, blank?", Indent),
        new("truncate", "length?, killwords?, end?, leeway?", Truncate),
        new("wordcount", "", WordCount),
        new("wordwrap", "width?, break_long_words?, wrapstring?, break_on_hyphens?", WordWrap),
        new("format", Format),
    ];

    /// <summary>A text as it is, anything else as it is printed.</summary>
    public static Value Soft(RenderState state, in Value value) => value.IsText ? value : Value.Of(Printer.Text(state.Meter, value));

    private static Value Method(RenderState state, Value[] a, string name) =>
        TextMethods.Table[name].Invoke(state, Soft(state, a[0]), Arguments.Of([.. a[1..].Where(value => !value.IsMissing)]));

    private static Value Title(RenderState state, Value[] a)
    {
        Value text = Soft(state, a[0]);
        state.Meter.Text(text.Text.Length * 3L);
        var titled = new StringBuilder();
        var word = new StringBuilder();
        void EndWord()
        {
            string content = word.ToString();
            int first = content.Length == 0 ? 0 : CodePoints.SizeAt(content, 0);
            titled.Append(Casing.Upper(content[..first])).Append(Casing.Lower(content[first..]));
            word.Clear();
        }

        foreach (char c in text.Text)
        {
            if (c is '-' or '(' or '{' or '[' or '<' || PythonSpace.Is(c))
            {
                EndWord();
                titled.Append(c);
            }
            else
            {
                word.Append(c);
            }
        }

        EndWord();
        return text.WithText(titled.ToString());
    }

    private static Value Replace(RenderState state, Value[] a)
    {
        long count = a[3].IsMissing || a[3].IsNone ? -1 : Argument.Whole(a[3]);
        return Value.Of(TextSplitting.Replace(
            state.Meter, Argument.Printed(state, a[0]), Argument.Printed(state, a[1]), Argument.Printed(state, a[2]), count));
    }

    private static Value Indent(RenderState state, Value[] a)
    {
        string text = Argument.Text(a[0], "indent");
        string indent;
        if (a[1].IsText)
        {
            indent = a[1].Text;
        }
        else
        {
            long width = Math.Max(0, Argument.Whole(a[1], 4));
            state.Meter.Text(width);
            indent = new string(' ', (int)width);
        }

        List<string> lines = TextSplitting.Lines(state.Meter, text + "\n", keepEnds: false);
        state.Meter.Text(text.Length + (long)indent.Length * lines.Count);
        bool first = Argument.Flag(a[2]);
        bool blank = Argument.Flag(a[3]);
        for (int i = 0; i < lines.Count; i++)
        {
            if (i == 0 ? first : blank || lines[i].Length > 0)
            {
                lines[i] = indent + lines[i];
            }
        }

        return a[0].WithText(string.Join('\n', lines));
    }

    private static Value Truncate(RenderState state, Value[] a)
    {
        long length = Argument.Whole(a[1], 255);
        string end = a[3].IsMissing ? "..." : Argument.Text(a[3], "truncate");
        long leeway = a[4].IsMissing || a[4].IsNone ? Leeway : Argument.Whole(a[4]);
        int endLength = CodePoints.Count(end);
        if (length < endLength || leeway < 0)
        {
            throw TemplateFault.Evaluation($"truncate() expects a length of at least {endLength} and a leeway of at least 0");
        }

        if ((Iteration.Length(state.Meter, a[0]) ?? throw TemplateFault.Evaluation($"object of type '{a[0].TypeName}' has no len()")) <= length + leeway)
        {
            return a[0];
        }

        string text = Argument.Text(a[0], "truncate");
        string cut = text[..CodePoints.Offset(text, length - endLength)];
        int space = cut.LastIndexOf(' ');
        state.Meter.Text(cut.Length + end.Length);
        return a[0].WithText((Argument.Flag(a[2]) || space < 0 ? cut : cut[..space]) + end);
    }

    private static Value WordCount(RenderState state, Value[] a)
    {
        string text = Argument.Printed(state, a[0]);
        state.Meter.Scan(text.Length);
        long count = 0;
        bool inWord = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isWord = Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) || rune.Value == '_';
            count += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return Value.Of(count);
    }

    private static Value WordWrap(RenderState state, Value[] a)
    {
        string text = Argument.Text(a[0], "wordwrap");
        string separator = a[3].IsMissing || a[3].IsNone ? "\n" : Argument.Text(a[3], "wordwrap");
        var lines = new List<string>();
        foreach (string line in TextSplitting.Lines(state.Meter, text, keepEnds: false))
        {
            int before = lines.Count;
            TextWrapping.Wrap(state.Meter, lines, line, Argument.Whole(a[1], 79), Argument.Flag(a[2], true), Argument.Flag(a[4], true));
            if (lines.Count == before)
            {
                lines.Add("");
            }
        }

        state.Meter.Text(text.Length + (long)separator.Length * lines.Count);
        return a[0].WithText(string.Join(separator, lines));
    }

    private static Value Format(RenderState state, Value value, Arguments arguments)
    {
        if (arguments.Positional.Length > 0 && arguments.Named.Length > 0)
        {
            throw TemplateFault.Evaluation("can't handle positional and keyword arguments at the same time");
        }

        if (arguments.Named.Length == 0)
        {
            return PercentFormat.Apply(state, Soft(state, value), Value.Tuple(arguments.Positional));
        }

        var named = new DictValue();
        foreach (KeyValuePair<string, Value> pair in arguments.Named)
        {
            named.Set(pair.Key, pair.Value);
        }

        return PercentFormat.Apply(state, Soft(state, value), Value.Of(named));
    }
}
