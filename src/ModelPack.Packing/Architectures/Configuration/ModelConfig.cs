using System.Text.Json;
using ModelPack.Formats.Json;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>
/// One JSON object of a model folder (config.json, or a section inside it), read field by field. A field that is null counts
/// as absent. Every error names the field with the sections around it, as in <c>rope_scaling.factor</c>.
/// </summary>
internal sealed class ModelConfig
{
    private readonly JsonElement _object;
    private readonly string _prefix;
    private readonly IReadOnlyDictionary<string, string> _spellings;

    private ModelConfig(string file, JsonElement value, string prefix, IReadOnlyDictionary<string, string>? spellings = null)
    {
        File = file;
        _object = value;
        _prefix = prefix;
        _spellings = spellings ?? new Dictionary<string, string>();
    }

    public string File { get; }

    public string Folder => Path.GetDirectoryName(File) ?? string.Empty;

    /// <summary>Names of the fields that are present and not null.</summary>
    public IEnumerable<string> Fields => _object.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => p.Name);

    public static ModelConfig Read(string path)
    {
        try
        {
            using JsonDocument document = UnicodeJson.Require(JsonDocument.Parse(System.IO.File.ReadAllBytes(path).AsMemory().TrimStart("\uFEFF"u8)));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ModelConfig(path, document.RootElement.Clone(), string.Empty)
                : throw Unreadable(path, "the file holds no JSON object", null);
        }
        catch (JsonException e)
        {
            throw Unreadable(path, e.LineNumber is null ? e.Message : $"not JSON at line {e.LineNumber + 1}, byte {(e.BytePositionInLine ?? 0) + 1}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message, e);
        }
    }

    /// <summary>Another file of the same folder, or null where it is absent.</summary>
    public ModelConfig? Beside(string fileName)
    {
        string path = Path.Combine(Folder, fileName);
        return System.IO.File.Exists(path) ? Read(path) : null;
    }

    /// <summary>The same object where fields may also have other names; messages then use those.</summary>
    /// <param name="spellings">Usual name to other name.</param>
    public ModelConfig Spelled(IReadOnlyDictionary<string, string> spellings) => new(File, _object, _prefix, spellings);

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>True when the field is there, be it null.</summary>
    public bool Declares(string name) => _object.TryGetProperty(Spelling(name), out _);

    /// <summary>The field with the sections around it.</summary>
    public string Qualified(string name) => _prefix + Spelling(name);

    public ModelConfig? Section(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object
            ? new ModelConfig(File, value, $"{_prefix}{Spelling(name)}.")
            : throw WrongType(name, value, "an object");
    }

    /// <summary>A section whose absent fields are those of this object.</summary>
    /// <exception cref="ModelPackException">MPK1203: it is no object.</exception>
    public ModelConfig Nested(string name)
    {
        ModelConfig section = Section(name) ?? throw Missing(name);
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in _object.EnumerateObject().Where(property => property.Name != name).Concat(section._object.EnumerateObject()))
        {
            merged[property.Name] = property.Value;
        }

        return new ModelConfig(File, JsonSerializer.SerializeToElement(merged), section._prefix);
    }

    public int Integer(string name, int minimum) => OptionalInteger(name, minimum) ?? throw Missing(name);

    public int Integer(string name, int fallback, int minimum) => OptionalInteger(name, minimum) ?? fallback;

    /// <summary>A size that tables are made after: from 1 to what no published model comes near.</summary>
    /// <exception cref="ModelPackException">MPK1202, MPK1203, MPK1204: it is missing, no number or out of range.</exception>
    public int Size(string name, int most) => Integer(name, 1) is var size && size <= most ? size : throw Invalid(name, $"is {size}, and this version reads models of at most {most}");

    /// <summary>A whole number; also accepted in the form 32768.0.</summary>
    public int? OptionalInteger(string name, int minimum)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || number != Math.Floor(number) || Math.Abs(number) > int.MaxValue)
        {
            throw WrongType(name, value, "a whole number");
        }

        return number >= minimum ? (int)number : throw Invalid(name, $"is {(int)number}; it must be at least {minimum}");
    }

    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    public double? OptionalNumber(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw WrongType(name, value, "a number");
    }

    /// <summary>A number above zero.</summary>
    public double Positive(string name, double fallback)
    {
        double value = OptionalNumber(name) ?? fallback;
        return value > 0 ? value : throw Invalid(name, $"is {value}; it must be above 0");
    }

    public bool Flag(string name, bool fallback)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return fallback;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw WrongType(name, value, "true or false");
    }

    public string? Text(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw WrongType(name, value, "text");
    }

    public IReadOnlyList<string>? Texts(string name) =>
        Elements(name, e => e.ValueKind == JsonValueKind.String ? e.GetString() : null, "a list of texts");

    public IReadOnlyList<double>? Numbers(string name) =>
        Elements(name, e => e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out double number) && double.IsFinite(number) ? (double?)number : null, "a list of numbers")?.Select(number => number!.Value).ToArray();

    /// <summary>One id or a list of them; ids below zero mean none, as some published files write it.</summary>
    public IReadOnlyList<int> TokenIds(string name)
    {
        if (TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number)
        {
            return OptionalInteger(name, int.MinValue) is int id and >= 0 ? [id] : [];
        }

        return [.. (Elements(name, e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int id) ? (int?)id : null, "an id or a list of ids") ?? []).Where(id => id >= 0).Cast<int>()];
    }

    /// <summary>Length of a list, or null when the field is absent or no list.</summary>
    public int? ListLength(string name) => TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : null;

    /// <summary>The raw value of a field, or null.</summary>
    public JsonElement? Raw(string name) => TryGet(name, out JsonElement value) ? value : null;

    public ModelPackException Missing(string name) => Error(ArchitectureErrors.FieldMissing, name, "is missing; take config.json from the model's publisher");

    public ModelPackException Invalid(string name, string complaint) => Error(ArchitectureErrors.FieldValue, name, complaint);

    /// <summary>An error whose message is the file, the field and what is wrong with it.</summary>
    public ModelPackException Error(string code, string name, string complaint) => new(code, $"{File}: {Qualified(name)} {complaint}.");

    private static ModelPackException Unreadable(string path, string why, Exception? inner) =>
        new(ArchitectureErrors.ConfigUnreadable, $"{path} cannot be read ({why}); take the file from the model's publisher again.", inner);

    private IReadOnlyList<T>? Elements<T>(string name, Func<JsonElement, T?> read, string expected)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw WrongType(name, value, expected);
        }

        return [.. value.EnumerateArray().Select((e, i) => read(e) ?? throw WrongType($"{name}[{i}]", e, "an element of " + expected))];
    }

    private string Spelling(string name) => _spellings.TryGetValue(name, out string? other) && (_object.TryGetProperty(other, out _) || !_object.TryGetProperty(name, out _)) ? other : name;

    private bool TryGet(string name, out JsonElement value) => _object.TryGetProperty(Spelling(name), out value) && value.ValueKind != JsonValueKind.Null;

    private ModelPackException WrongType(string name, JsonElement value, string expected)
    {
        string shown = value.GetRawText();
        return Error(ArchitectureErrors.FieldType, name, $"is {(shown.Length > 40 ? shown[..40] + "..." : shown)} where {expected} belongs");
    }
}
