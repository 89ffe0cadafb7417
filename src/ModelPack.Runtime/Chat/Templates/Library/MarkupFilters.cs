using System.Net;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Filters for HTML and addresses.</summary>
internal static class MarkupFilters
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("safe", "", (state, a) => Value.Markup(Argument.Printed(state, a[0]))),
        new("escape", "", (state, a) => a[0].Kind == ValueKind.Markup ? a[0] : Escaped(state, a[0])),
        new("forceescape", "", (state, a) => Escaped(state, a[0])),
        new("striptags", "", StripTags),
        new("xmlattr", "autospace?", XmlAttributes),
        new("urlencode", "", UrlEncode),
    ];

    private static Value Escaped(RenderState state, in Value value) =>
        Value.Markup(Html.Escape(state.Meter, Argument.Printed(state, value)));

    private static Value StripTags(RenderState state, Value[] a)
    {
        string text = Argument.Printed(state, a[0]);
        state.Meter.Text(text.Length);
        text = Without(Without(text, "<!--", "-->"), "<", ">");
        return Value.Of(WebUtility.HtmlDecode(string.Join(' ', TextSplitting.Split(state.Meter, text, null, -1))));
    }

    private static string Without(string text, string open, string close)
    {
        var kept = new StringBuilder();
        int start = 0;
        while (text.IndexOf(open, start, StringComparison.Ordinal) is var at and >= 0
            && text.IndexOf(close, at + open.Length, StringComparison.Ordinal) is var end and >= 0)
        {
            kept.Append(text, start, at - start);
            start = end + close.Length;
        }

        return kept.Append(text, start, text.Length - start).ToString();
    }

    private static Value XmlAttributes(RenderState state, Value[] a)
    {
        if (a[0].Kind != ValueKind.Dict)
        {
            throw TemplateFault.Evaluation("xmlattr needs a mapping");
        }

        var text = new StringBuilder();
        foreach (KeyValuePair<Value, Value> entry in a[0].Dict.Entries)
        {
            if (entry.Value.IsNone || entry.Value.IsUndefined)
            {
                continue;
            }

            string key = Argument.Printed(state, entry.Key);
            if (key.Any(c => c is '/' or '>' or '=' || PythonSpace.Is(c)))
            {
                throw TemplateFault.Evaluation($"invalid character in attribute name: '{key}'");
            }

            string value = entry.Value.Kind == ValueKind.Markup ? entry.Value.Text : Html.Escape(state.Meter, Argument.Printed(state, entry.Value));
            text.Append(' ').Append(Html.Escape(state.Meter, key)).Append("=\"").Append(value).Append('"');
            state.Meter.RequireLength(text.Length);
        }

        state.Meter.Text(text.Length);
        return Value.Of(Argument.Flag(a[1], true) || text.Length == 0 ? text.ToString() : text.ToString(1, text.Length - 1));
    }

    private static Value UrlEncode(RenderState state, Value[] a)
    {
        if (a[0].IsText || !Iteration.IsIterable(a[0], state))
        {
            return Value.Of(Quote(state, a[0], isQuery: false));
        }

        IEnumerable<string> pairs = SequenceFilters.Each(state, a[0].Kind == ValueKind.Dict ? DictMethods.Table["items"].Invoke(state, a[0], Arguments.None) : a[0])
            .Select(pair => Iteration.ToArray(state, pair) is [var key, var value]
                ? Quote(state, key, isQuery: true) + "=" + Quote(state, value, isQuery: true)
                : throw TemplateFault.Evaluation("urlencode needs pairs"));
        return Value.Of(string.Join('&', pairs));
    }

    private static string Quote(RenderState state, in Value value, bool isQuery)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Argument.Printed(state, value));
        state.Meter.Text(bytes.Length * 3L);
        var text = new StringBuilder();
        foreach (byte b in bytes)
        {
            char c = (char)b;
            _ = char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !isQuery) ? text.Append(c)
                : c == ' ' && isQuery ? text.Append('+')
                : text.Append('%').Append(b.ToString("X2"));
        }

        return text.ToString();
    }
}
