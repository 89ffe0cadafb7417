using System.Globalization;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of texts.</summary>
internal static class TextMethods
{
    public static Dictionary<string, Builtin> Table { get; } = Methods.ToTable(
        new("capitalize", "", (state, a) => Map(state, a, Casing.Capitalize)),
        new("casefold", "", (state, a) => Map(state, a, Casing.Fold)),
        new("center", "width, fillchar?", (state, a) => Pad(state, a, (missing, width) => missing / 2 + (missing & width & 1))),
        new("count", "sub, start?, end?", (state, a) => Value.Of(TextSearch.Count(state.Meter, Part(state, a), Sub(a, "count")))),
        new("encode", "encoding?, errors?", Encode),
        new("endswith", "suffix, start?, end?", (state, a) => Value.Of(Matches(a, "endswith", Part(state, a).EndsWith))),
        new("expandtabs", "tabsize?", ExpandTabs),
        new("find", "sub, start?, end?", (state, a) => Value.Of(Find(state, a, "find", fromEnd: false))),
        new("format", (state, text, arguments) => text.WithText(BraceFormat.Apply(state, text.Text, arguments))),
        new("format_map", "mapping", FormatMap),
        new("index", "sub, start?, end?", (state, a) => Found(Find(state, a, "index", fromEnd: false))),
        new("isalnum", "", (_, a) => All(a, IsAlphanumeric)),
        new("isalpha", "", (_, a) => All(a, IsLetter)),
        new("isascii", "", (_, a) => Value.Of(Ascii.IsValid(a[0].Text))),
        new("isdecimal", "", (_, a) => All(a, c => Category(c) == UnicodeCategory.DecimalDigitNumber)),
        new("isdigit", "", (_, a) => All(a, IsDigit)),
        new("isidentifier", "", (_, a) => Value.Of(a[0].Text.Length > 0 && !char.IsAsciiDigit(a[0].Text[0]) && a[0].Text.All(c => c == '_' || char.IsLetterOrDigit(c)))),
        new("islower", "", (_, a) => Value.Of(Casing.IsAll(a[0].Text, UnicodeCategory.LowercaseLetter))),
        new("isnumeric", "", (_, a) => All(a, c => Rune.IsValid(c) && Rune.IsNumber(new Rune(c)))),
        new("isprintable", "", (_, a) => Value.Of(a[0].Text.Length == 0 || All(a, Printer.IsPrintable).IsTrue)),
        new("isspace", "", (_, a) => All(a, c => c < 0x10000 && PythonSpace.Is((char)c))),
        new("istitle", "", (_, a) => Value.Of(Casing.IsTitle(a[0].Text))),
        new("isupper", "", (_, a) => Value.Of(Casing.IsAll(a[0].Text, UnicodeCategory.UppercaseLetter))),
        new("join", "iterable", Join),
        new("ljust", "width, fillchar?", (state, a) => Pad(state, a, (_, _) => 0)),
        new("lower", "", (state, a) => Map(state, a, Casing.Lower)),
        new("lstrip", "chars?", (state, a) => Strip(state, a, start: true, end: false)),
        new("partition", "sep", (state, a) => Partition(state, a, fromEnd: false)),
        new("removeprefix", "prefix", (_, a) => a[0].WithText(
            a[0].Text.StartsWith(Sub(a, "removeprefix"), StringComparison.Ordinal) ? a[0].Text[a[1].Text.Length..] : a[0].Text)),
        new("removesuffix", "suffix", (_, a) => a[0].WithText(
            a[0].Text.EndsWith(Sub(a, "removesuffix"), StringComparison.Ordinal) ? a[0].Text[..^a[1].Text.Length] : a[0].Text)),
        new("replace", "old, new, count?", (state, a) => a[0].WithText(TextSplitting.Replace(
            state.Meter, a[0].Text, Sub(a, "replace"), Argument.Text(a[2], "replace"), Argument.Whole(a[3], -1)))),
        new("rfind", "sub, start?, end?", (state, a) => Value.Of(Find(state, a, "rfind", fromEnd: true))),
        new("rindex", "sub, start?, end?", (state, a) => Found(Find(state, a, "rindex", fromEnd: true))),
        new("rjust", "width, fillchar?", (state, a) => Pad(state, a, (missing, _) => missing)),
        new("rpartition", "sep", (state, a) => Partition(state, a, fromEnd: true)),
        new("rsplit", "sep?, maxsplit?", (state, a) => Split(state, a, TextSplitting.SplitFromEnd)),
        new("rstrip", "chars?", (state, a) => Strip(state, a, start: false, end: true)),
        new("split", "sep?, maxsplit?", (state, a) => Split(state, a, TextSplitting.Split)),
        new("splitlines", "keepends?", (state, a) => Texts(a[0], TextSplitting.Lines(state.Meter, a[0].Text, Argument.Flag(a[1])))),
        new("startswith", "prefix, start?, end?", (state, a) => Value.Of(Matches(a, "startswith", Part(state, a).StartsWith))),
        new("strip", "chars?", (state, a) => Strip(state, a, start: true, end: true)),
        new("swapcase", "", (state, a) => Map(state, a, Casing.Swap)),
        new("title", "", (state, a) => Map(state, a, Casing.Title)),
        new("upper", "", (state, a) => Map(state, a, Casing.Upper)),
        new("zfill", "width", ZeroFill));

    /// <summary>Without the characters of <paramref name="characters"/>, or white space where it is null, at one or both ends.</summary>
    public static string Strip(string text, string? characters, bool start, bool end)
    {
        if (characters is null)
        {
            text = end ? PythonSpace.TrimEnd(text) : text;
            return start ? PythonSpace.TrimStart(text) : text;
        }

        if (!CodePoints.HasSurrogates(characters))
        {
            ReadOnlySpan<char> span = text;
            span = end ? span.TrimEnd(characters) : span;
            span = start ? span.TrimStart(characters) : span;
            return characters.Length == 0 || span.Length == text.Length ? text : span.ToString();
        }

        var set = new HashSet<string>(CodePoints.Split(characters), StringComparer.Ordinal);
        string[] points = CodePoints.Split(text);
        int first = 0;
        int last = points.Length;
        while (start && first < last && set.Contains(points[first]))
        {
            first++;
        }

        while (end && last > first && set.Contains(points[last - 1]))
        {
            last--;
        }

        return string.Concat(points[first..last]);
    }

    public static Value Texts(Value like, IEnumerable<string> texts) => Value.List([.. texts.Select(like.WithText)]);

    private static Value Map(RenderState state, Value[] a, Func<string, string> map)
    {
        state.Meter.Text(a[0].Text.Length * 3L);
        return a[0].WithText(map(a[0].Text));
    }

    private static string Sub(Value[] a, string method) => Argument.Text(a[1], method);

    /// <summary>The text between the arguments <c>start</c> and <c>end</c>, the third and fourth.</summary>
    private static string Part(RenderState state, Value[] a)
    {
        string text = a[0].Text;
        state.Meter.Scan(text.Length);
        if (a[2].IsMissing && a[3].IsMissing)
        {
            return text;
        }

        (int start, int stop) = Argument.Bounds(a[2], a[3], CodePoints.Count(text));
        return text[CodePoints.Offset(text, start)..CodePoints.Offset(text, stop)];
    }

    private static bool Matches(Value[] a, string method, Func<string, StringComparison, bool> matches) => a[1].Kind == ValueKind.Tuple
        ? a[1].Items.Any(item => matches(Argument.Text(item, method), StringComparison.Ordinal))
        : matches(Argument.Text(a[1], method), StringComparison.Ordinal);

    private static long Find(RenderState state, Value[] a, string method, bool fromEnd)
    {
        string part = Part(state, a);
        string sub = Sub(a, method);
        int at = fromEnd ? TextSearch.LastIndexOf(state.Meter, part, sub, part.Length) : TextSearch.IndexOf(state.Meter, part, sub, 0);
        return at < 0 ? -1 : CodePoints.Count(part[..at]) + Argument.Bounds(a[2], a[3], CodePoints.Count(a[0].Text)).Start;
    }

    private static Value Found(long index) => index >= 0 ? Value.Of(index) : throw TemplateFault.Evaluation("substring not found");

    private static Value Strip(RenderState state, Value[] a, bool start, bool end)
    {
        state.Meter.Text(a[0].Text.Length);
        string? characters = a[1].IsMissing || a[1].IsNone ? null : Argument.Text(a[1], "strip");
        if (characters is not null && CodePoints.HasSurrogates(characters))
        {
            state.Meter.Items(a[0].Text.Length + (long)characters.Length);
        }

        return a[0].WithText(Strip(a[0].Text, characters, start, end));
    }

    private static Value Split(RenderState state, Value[] a, Func<Meter, string, string?, long, List<string>> split)
    {
        state.Meter.Scan(a[0].Text.Length);
        string? separator = a[1].IsMissing || a[1].IsNone ? null : Argument.Text(a[1], "split");
        return Texts(a[0], split(state.Meter, a[0].Text, separator, Argument.Whole(a[2], -1)));
    }

    private static Value Partition(RenderState state, Value[] a, bool fromEnd)
    {
        string text = a[0].Text;
        string separator = Sub(a, "partition");
        if (separator.Length == 0)
        {
            throw TemplateFault.Evaluation("empty separator");
        }

        state.Meter.Text(text.Length);
        int at = fromEnd ? TextSearch.LastIndexOf(state.Meter, text, separator, text.Length) : TextSearch.IndexOf(state.Meter, text, separator, 0);
        string[] parts = at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]] : fromEnd ? ["", "", text] : [text, "", ""];
        Value like = a[0];
        return Value.Tuple([.. parts.Select(like.WithText)]);
    }

    private static Value Join(RenderState state, Value[] a)
    {
        Value[] items = Iteration.ToArray(state, a[1]);
        bool escapes = a[0].Kind == ValueKind.Markup;
        var texts = new string[items.Length];
        long length = (long)a[0].Text.Length * Math.Max(0, items.Length - 1);
        for (int i = 0; i < items.Length; i++)
        {
            texts[i] = items[i].IsText
                ? items[i].Text
                : throw TemplateFault.Evaluation($"sequence item {i}: expected str instance, {items[i].TypeName} found");
            texts[i] = escapes && items[i].Kind == ValueKind.Text ? Html.Escape(state.Meter, texts[i]) : texts[i];
            length += texts[i].Length;
        }

        state.Meter.Text(length);
        return a[0].WithText(string.Join(a[0].Text, texts));
    }

    /// <summary>Pads to a width; <paramref name="before"/> says, from what is missing and the width, how much goes before the text.</summary>
    private static Value Pad(RenderState state, Value[] a, Func<long, long, long> before)
    {
        string fill = a[2].IsMissing ? " " : Argument.Text(a[2], "pad");
        if (CodePoints.Count(fill) != 1)
        {
            throw TemplateFault.Evaluation("the fill character must be exactly one character long");
        }

        long width = Argument.Whole(a[1]);
        long missing = width - CodePoints.Count(a[0].Text);
        if (missing <= 0)
        {
            return a[0];
        }

        state.Meter.Text(a[0].Text.Length + missing * fill.Length);
        long left = before(missing, width);
        string Padding(long count) => string.Concat(Enumerable.Repeat(fill, (int)count));
        return a[0].WithText(Padding(left) + a[0].Text + Padding(missing - left));
    }

    private static Value ZeroFill(RenderState state, Value[] a)
    {
        long missing = Argument.Whole(a[1]) - CodePoints.Count(a[0].Text);
        if (missing <= 0)
        {
            return a[0];
        }

        state.Meter.Text(a[0].Text.Length + missing);
        int sign = a[0].Text is ['+' or '-', ..] ? 1 : 0;
        return a[0].WithText(a[0].Text[..sign] + new string('0', (int)missing) + a[0].Text[sign..]);
    }

    private static Value ExpandTabs(RenderState state, Value[] a)
    {
        long size = Argument.Whole(a[1], 8);
        state.Meter.Items(a[0].Text.Length);
        var text = new StringBuilder();
        long column = 0;
        foreach (string point in CodePoints.Split(a[0].Text))
        {
            long blanks = point != "\t" ? 0 : size > 0 ? size - column % size : 0;
            state.Meter.RequireLength(text.Length + blanks);
            _ = point == "\t" ? text.Append(' ', (int)blanks) : text.Append(point);
            column = point is "\n" or "\r" ? 0 : column + (point == "\t" ? blanks : 1);
        }

        state.Meter.Text(text.Length);
        return a[0].WithText(text.ToString());
    }

    private static Value Encode(RenderState state, Value[] a)
    {
        string encoding = a[1].IsMissing ? "utf-8" : Argument.Text(a[1], "encode").ToLowerInvariant().Replace('_', '-');
        if (encoding is not ("utf-8" or "utf8" or "ascii"))
        {
            throw TemplateFault.Evaluation($"unknown encoding: {encoding}");
        }

        if (encoding == "ascii" && !Ascii.IsValid(a[0].Text))
        {
            throw TemplateFault.Evaluation("'ascii' codec can't encode a character that is not ASCII");
        }

        state.Meter.Text(a[0].Text.Length * 2L);
        return Value.Of(new BytesValue(Encoding.UTF8.GetBytes(a[0].Text)));
    }

    private static Value FormatMap(RenderState state, Value[] a)
    {
        if (a[1].Kind != ValueKind.Dict)
        {
            throw TemplateFault.Evaluation("format_map() argument must be a dict");
        }

        KeyValuePair<string, Value>[] named =
            [.. a[1].Dict.Entries.Where(entry => entry.Key.IsText).Select(entry => KeyValuePair.Create(entry.Key.Text, entry.Value))];
        return a[0].WithText(BraceFormat.Apply(state, a[0].Text, new Arguments([], named)));
    }

    private static Value All(Value[] a, Func<int, bool> test)
    {
        string text = a[0].Text;
        for (int i = 0; i < text.Length; i += CodePoints.SizeAt(text, i))
        {
            if (!test(CodePoints.ValueAt(text, i)))
            {
                return Value.False;
            }
        }

        return Value.Of(text.Length > 0);
    }

    private static UnicodeCategory Category(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint);

    private static bool IsLetter(int codePoint) => Category(codePoint) <= UnicodeCategory.OtherLetter;

    private static bool IsDigit(int codePoint) =>
        Category(codePoint) == UnicodeCategory.DecimalDigitNumber || codePoint is 0xB2 or 0xB3 or 0xB9 or 0x2070 or (>= 0x2074 and <= 0x2079) or (>= 0x2080 and <= 0x2089);

    private static bool IsAlphanumeric(int codePoint) =>
        IsLetter(codePoint) || IsDigit(codePoint) || (Rune.IsValid(codePoint) && Rune.IsNumber(new Rune(codePoint)));
}
