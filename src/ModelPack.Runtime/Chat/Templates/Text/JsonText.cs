using System.Globalization;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Text;

/// <summary>Python's <c>json.dumps</c> with the settings that transformers gives to its <c>tojson</c>.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly Meter _meter;

    public JsonText(Meter meter) => _meter = meter;

    public bool EnsureAscii { get; init; }

    /// <summary>What each level is indented by; null writes everything on one line.</summary>
    public string? Indent { get; init; }

    public string ItemSeparator { get; init; } = ", ";

    public string KeySeparator { get; init; } = ": ";

    public bool SortKeys { get; init; }

    public string Write(in Value value)
    {
        Write(value, 0);
        _meter.Text(_text.Length);
        return _text.ToString();
    }

    private void Write(in Value value, int level)
    {
        _meter.Step();
        _meter.RequireLength(_text.Length);
        switch (value.Kind)
        {
            case ValueKind.Text or ValueKind.Markup:
                WriteText(value.Text);
                break;
            case ValueKind.List or ValueKind.Tuple:
                WriteList(value.Items, level);
                break;
            case ValueKind.Dict:
                WriteDict(value.Dict, level);
                break;
            default:
                _text.Append(Scalar(value) ?? throw TemplateFault.Evaluation(
                    $"Object of type {value.TypeName} is not JSON serializable" + (value.IsUndefined ? $" ({value.Reason.Message})" : "")));
                break;
        }
    }

    private static string? Scalar(in Value value) => value.Kind switch
    {
        ValueKind.None => "null",
        ValueKind.Boolean => value.IsTrue ? "true" : "false",
        ValueKind.Integer or ValueKind.BigInteger => NumberText.Whole(value),
        ValueKind.Float => Float(value.Float),
        _ => null,
    };

    private static string Float(double value) => double.IsFinite(value) ? NumberText.Repr(value)
        : double.IsNaN(value) ? "NaN"
        : value > 0 ? "Infinity"
        : "-Infinity";

    private void WriteList(Value[] items, int level)
    {
        if (items.Length == 0)
        {
            _text.Append("[]");
            return;
        }

        _meter.EnterData();
        _text.Append('[');
        for (int i = 0; i < items.Length; i++)
        {
            BeginItem(i, level + 1);
            Write(items[i], level + 1);
        }

        NewLine(level);
        _text.Append(']');
        _meter.LeaveData();
    }

    private void WriteDict(DictValue dict, int level)
    {
        if (dict.Count == 0)
        {
            _text.Append("{}");
            return;
        }

        _meter.EnterData();
        _text.Append('{');
        IEnumerable<KeyValuePair<Value, Value>> entries = SortKeys
            ? Sorting.Stable(dict.Entries.ToArray(), (left, right) => Comparison.Order(_meter, left.Key, right.Key) ?? 0)
            : dict.Entries;
        int i = 0;
        foreach (KeyValuePair<Value, Value> entry in entries)
        {
            BeginItem(i++, level + 1);
            string key = entry.Key.IsText ? entry.Key.Text : Scalar(entry.Key)
                ?? throw TemplateFault.Evaluation($"keys must be str, int, float, bool or None, not {entry.Key.TypeName}");
            WriteText(key);
            _text.Append(KeySeparator);
            Write(entry.Value, level + 1);
        }

        NewLine(level);
        _text.Append('}');
        _meter.LeaveData();
    }

    private void BeginItem(int index, int level)
    {
        if (index > 0)
        {
            _text.Append(ItemSeparator);
        }

        NewLine(level);
    }

    private void NewLine(int level)
    {
        if (Indent is null)
        {
            return;
        }

        _meter.RequireLength(_text.Length + (long)Indent.Length * level);
        _text.Append('\n');
        for (int i = 0; i < level; i++)
        {
            _text.Append(Indent);
        }
    }

    private void WriteText(string content)
    {
        _meter.Scan(content.Length);
        _meter.RequireLength((long)_text.Length + content.Length);
        _text.Append('"');
        foreach (char c in content)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append(@"\\"),
                '\n' => _text.Append(@"\n"),
                '\r' => _text.Append(@"\r"),
                '\t' => _text.Append(@"\t"),
                '\b' => _text.Append(@"\b"),
                '\f' => _text.Append(@"\f"),
                < ' ' => Escape(c),
                >= '\x7f' when EnsureAscii && c != '\x7f' => Escape(c),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }

    private StringBuilder Escape(char c) => _text.Append(@"\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
}
