using System.Text.Json;

namespace ModelPack.Runtime.Tokenization.Loading;

/// <summary>One value of a tokenizer file, with the path that errors name it by.</summary>
internal readonly struct JsonPart(JsonElement element, string path, string fileName)
{
    public JsonElement Element { get; } = element;

    /// <summary>Such as <c>normalizer.normalizers[1].type</c>.</summary>
    public string Path { get; } = path;

    public string FileName { get; } = fileName;

    /// <summary>A field that may be absent or null.</summary>
    public JsonPart? Optional(string name)
    {
        RequireObject();
        return Element.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null
            ? new JsonPart(found, Join(name), FileName)
            : null;
    }

    public JsonPart Required(string name) =>
        Optional(name) ?? throw Error(TokenizerErrors.FieldInvalid, Join(name), "is missing");

    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Expected("a string");

    public bool Flag() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("true or false"),
    };

    public int Number(int minimum, int maximum) =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int number) && number >= minimum && number <= maximum
            ? number
            : throw Expected($"a whole number from {minimum} to {maximum}");

    public double Real() => Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double number) && double.IsFinite(number)
        ? number
        : throw Expected("a number");

    public string? OptionalText(string name) => Optional(name)?.Text();

    public bool OptionalFlag(string name, bool otherwise) => Optional(name)?.Flag() ?? otherwise;

    public List<JsonPart> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            throw Expected("an array");
        }

        var result = new List<JsonPart>(Element.GetArrayLength());
        foreach (JsonElement item in Element.EnumerateArray())
        {
            result.Add(new JsonPart(item, $"{Path}[{result.Count}]", FileName));
        }

        return result;
    }

    public List<(string Name, JsonPart Value)> Members()
    {
        RequireObject();
        var result = new List<(string, JsonPart)>();
        foreach (JsonProperty member in Element.EnumerateObject())
        {
            result.Add((member.Name, new JsonPart(member.Value, Path, FileName)));
        }

        return result;
    }

    /// <summary>The text of a field that is one of a few words.</summary>
    public T Choice<T>(IReadOnlyDictionary<string, T> table) =>
        table.TryGetValue(Text(), out T? value) ? value : throw Invalid($"is '{Text()}', which is none of {string.Join(", ", table.Keys)}");

    public ModelPackException Invalid(string what, string code = TokenizerErrors.FieldInvalid) => Error(code, Path, what);

    private ModelPackException Expected(string what) => Invalid($"has to be {what}");

    private void RequireObject()
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw Expected("an object");
        }
    }

    private string Join(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private ModelPackException Error(string code, string path, string what) =>
        new(code, $"{FileName}: {path} {what}; take the file that was published with the model.");
}
