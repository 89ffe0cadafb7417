using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Turns what a caller passes to a template into values.</summary>
internal static class ValueConverter
{
    public static Value From(Meter meter, object? value) => value switch
    {
        null => Value.None,
        Value ready => ready,
        string text => Value.Of(text),
        bool flag => Value.Of(flag),
        int or long or short or byte or sbyte or ushort or uint => Value.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong number => Value.Of((BigInteger)number),
        BigInteger number => Value.Of(number),
        double or float or decimal or Half => Value.Of(value is Half half ? (double)half : Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        TemplateMessage message => Value.Of(FromMessage(meter, message)),
        JsonElement element => FromJson(meter, element),
        JsonObject node => Value.Of(FromFields(meter, node.Select(field => KeyValuePair.Create(field.Key, (object?)field.Value)))),
        JsonValue node => node.TryGetValue(out JsonElement element) ? FromJson(meter, element) : From(meter, node.GetValue<object>()),
        IEnumerable<KeyValuePair<string, object?>> fields => Value.Of(FromFields(meter, fields)),
        IDictionary dictionary => Value.Of(FromDictionary(meter, dictionary)),
        IEnumerable items => FromItems(meter, items),
        _ => throw new ArgumentException($"A value of type {value.GetType()} cannot be passed to a chat template.", nameof(value)),
    };

    public static DictValue FromMessage(Meter meter, TemplateMessage message) => FromFields(meter, message.Fields);

    private static DictValue FromFields(Meter meter, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        meter.EnterData();
        var dict = new DictValue();
        foreach (KeyValuePair<string, object?> field in fields)
        {
            dict.Set(field.Key, From(meter, field.Value));
        }

        meter.LeaveData();
        return dict;
    }

    private static DictValue FromDictionary(Meter meter, IDictionary dictionary)
    {
        meter.EnterData();
        var dict = new DictValue(dictionary.Count);
        foreach (DictionaryEntry entry in dictionary)
        {
            dict.Set(From(meter, entry.Key), From(meter, entry.Value));
        }

        meter.LeaveData();
        return dict;
    }

    private static Value FromItems(Meter meter, IEnumerable items)
    {
        meter.EnterData();
        var list = new List<Value>();
        foreach (object? item in items)
        {
            list.Add(From(meter, item));
        }

        meter.LeaveData();
        return Value.List([.. list]);
    }

    private static Value FromJson(Meter meter, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return Value.Of(element.GetString()!);
            case JsonValueKind.True or JsonValueKind.False:
                return Value.Of(element.ValueKind == JsonValueKind.True);
            case JsonValueKind.Number:
                string digits = element.GetRawText();
                return digits.AsSpan().ContainsAny('.', 'e', 'E')
                    ? Value.Of(double.Parse(digits, CultureInfo.InvariantCulture))
                    : Value.Of(digits.Length <= NumberText.MaxDigits
                        ? BigInteger.Parse(digits, CultureInfo.InvariantCulture)
                        : throw TemplateFault.Limit($"an integer has more than {NumberText.MaxDigits} digits"));
            case JsonValueKind.Array:
                meter.EnterData();
                var items = new Value[element.GetArrayLength()];
                int i = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    items[i++] = FromJson(meter, item);
                }

                meter.LeaveData();
                return Value.List(items);
            case JsonValueKind.Object:
                meter.EnterData();
                var dict = new DictValue();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    dict.Set(property.Name, FromJson(meter, property.Value));
                }

                meter.LeaveData();
                return Value.Of(dict);
            default:
                return Value.None;
        }
    }
}
