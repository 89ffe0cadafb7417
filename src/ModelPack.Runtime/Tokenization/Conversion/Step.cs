using System.Text.Json;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>An object of tokenizer.json: its members in order. A value is a string, a number, a truth value, null, a step or a list of steps.</summary>
internal sealed record Step(params (string Name, object? Value)[] Members)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteMembers(json);
        json.WriteEndObject();
    }

    /// <summary>Writes the members into an object that the caller began.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        foreach ((string name, object? value) in Members)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case Step step:
                step.Write(json);
                break;
            case System.Collections.IEnumerable list:
                json.WriteStartArray();
                foreach (object? item in list)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"{value.GetType().Name} has no form in tokenizer.json.", nameof(value));
        }
    }
}
