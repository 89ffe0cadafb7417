using System.Text.Json;

namespace ModelPack.Runtime.Sessions;

/// <summary>The fields of one JSON object; every misfit is an error that names the file and the field.</summary>
/// <param name="element">The object; undefined stands for an empty one.</param>
/// <param name="file">The file, for messages.</param>
/// <param name="path">Where in the file, for messages.</param>
/// <param name="code">The error code.</param>
internal readonly struct JsonFields(JsonElement element, string file, string path, string code)
{
    /// <summary>This object, or an error when it is something else.</summary>
    public JsonFields RequireObject() =>
        element.ValueKind == JsonValueKind.Object ? this : throw Bad(path.Length == 0 ? "the file" : path, "must be an object");

    /// <summary>An object that must be there.</summary>
    public JsonFields Object(string name) => new JsonFields(Find(name) ?? default, file, Path(name), code).RequireObject();

    /// <summary>An object; one without fields when absent.</summary>
    public JsonFields ObjectOrEmpty(string name) => Find(name) is null ? new JsonFields(default, file, Path(name), code) : Object(name);

    /// <summary>A list of objects; empty when absent.</summary>
    public IReadOnlyList<JsonFields> Objects(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Bad(Path(name), "must be a list");
        }

        var objects = new List<JsonFields>();
        foreach (JsonElement item in value.EnumerateArray())
        {
            objects.Add(new JsonFields(item, file, $"{Path(name)}[{objects.Count}]", code).RequireObject());
        }

        return objects;
    }

    /// <summary>A text; absent is an error when there is no default.</summary>
    public string Text(string name, string? defaultValue) => TextOrNull(name) ?? defaultValue ?? throw Bad(Path(name), "is missing");

    /// <summary>A text, or null when absent.</summary>
    public string? TextOrNull(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Bad(Path(name), "must be a text"),
    };

    /// <summary>An integer that must be there.</summary>
    public int Integer(string name, int least, int most) => IntegerOrNull(name, least, most) ?? throw Bad(Path(name), "is missing");

    /// <summary>An integer, or null when absent.</summary>
    public int? IntegerOrNull(string name, int least, int most) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int value) && value >= least && value <= most => value,
        _ => throw Bad(Path(name), $"must be an integer from {least} to {most}"),
    };

    /// <summary>An integer or a list of integers, not negative; empty when absent.</summary>
    public IReadOnlyList<int> Integers(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        var values = new List<int>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
        {
            values.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0
                ? id
                : throw Bad(Path(name), "must be a token id or a list of them"));
        }

        return values;
    }

    /// <summary>A number, or null when absent.</summary>
    public float? NumberOrNull(string name, float least, float most) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetSingle(out float value) && value >= least && value <= most => value,
        _ => throw Bad(Path(name), $"must be a number from {least} to {most}"),
    };

    /// <summary>True or false, or null when absent.</summary>
    public bool? FlagOrNull(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Bad(Path(name), "must be true or false"),
    };

    private JsonElement? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private ModelPackException Bad(string field, string wrong) => new(code, $"{file}: {field} {wrong}; pack the model again.");
}
