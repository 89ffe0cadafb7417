using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>The metadata of a GGUF file, read key by key; every error names the file and the key. Not thread-safe.</summary>
internal sealed class GgufMetadata(string file, IReadOnlyDictionary<string, GgufValue> values)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The file, for messages.</summary>
    public string File => file;

    /// <summary>True when a key is there and nothing was asked about it.</summary>
    public bool IsUnread(string key) => values.ContainsKey(key) && !_read.Contains(key);

    /// <summary>A text.</summary>
    /// <exception cref="ModelPackException">MPK1420: missing; MPK1421: no text.</exception>
    public string Text(string key) => OptionalText(key) ?? throw Missing(key);

    /// <summary>A text, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no text.</exception>
    public string? OptionalText(string key) => Find(key) is not { } value ? null : value as string ?? throw WrongType(key, "a text");

    /// <summary>A whole number above zero.</summary>
    /// <exception cref="ModelPackException">MPK1420: missing; MPK1421: no such number.</exception>
    public int Size(string key) => OptionalSize(key) ?? throw Missing(key);

    /// <summary>A whole number above zero, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no such number.</exception>
    public int? OptionalSize(string key) => OptionalInteger(key) is not { } number ? null : number > 0 ? number : throw WrongType(key, "a number above 0");

    /// <summary>A whole number from 0 on, or null; a list, which some files have for layers that differ, is the number that all its entries are.</summary>
    /// <exception cref="ModelPackException">MPK1421: no such number, or entries that differ.</exception>
    public int? OptionalInteger(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        object[] entries = value is Array list ? [.. list.Cast<object>().Distinct()] : [value];
        return entries.Length == 1
            ? Whole(entries[0]) ?? throw WrongType(key, "a whole number")
            : throw WrongType(key, "one number for all layers");
    }

    /// <summary>A finite number, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no number.</exception>
    public float? OptionalNumber(string key) => Find(key) switch
    {
        null => null,
        float number when float.IsFinite(number) => number,
        double number when float.IsFinite((float)number) => (float)number,
        var other => Whole(other) ?? throw WrongType(key, "a number"),
    };

    /// <summary>A truth value, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no truth value.</exception>
    public bool? OptionalFlag(string key) => Find(key) is not { } value ? null : value as bool? ?? throw WrongType(key, "true or false");

    /// <summary>A list of truth values, or null where the key has no list.</summary>
    public bool[]? OptionalFlags(string key) => Find(key) as bool[];

    /// <summary>A list of texts, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no such list.</exception>
    public string[]? OptionalTexts(string key) => Find(key) is not { } value ? null : value as string[] ?? throw WrongType(key, "a list of texts");

    /// <summary>A list with one 32-bit number a token, or null.</summary>
    /// <exception cref="ModelPackException">MPK1421: no such list, or of another length.</exception>
    public T[]? OptionalList<T>(string key, int length)
        where T : struct =>
        Find(key) is not { } value ? null : value is T[] list && list.Length == length ? list : throw WrongType(key, $"a list of {length} numbers ({typeof(T).Name})");

    /// <summary>A key that must be there.</summary>
    public ModelPackException Missing(string key) => Error(
        SourceErrors.GgufKeyMissing, $"the metadata has no {key}, without which the model is not known; convert it again with a current llama.cpp");

    /// <summary>A value that is not of the kind that belongs there.</summary>
    public ModelPackException WrongType(string key, string expected) => Error(SourceErrors.GgufKeyInvalid, $"{key} is {Shown(key)} where {expected} belongs");

    /// <summary>A value as messages show it.</summary>
    public string Shown(string key) => Find(key) switch
    {
        Array list => $"a list of {list.Length}",
        string text => $"'{(text.Length > 40 ? text[..40] + "..." : text)}'",
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "nothing",
    };

    /// <summary>An error whose message is the file and what is wrong with it.</summary>
    public ModelPackException Error(string code, string complaint) => new(code, $"{file}: {complaint}.");

    private object? Find(string key)
    {
        _read.Add(key);
        return values.TryGetValue(key, out GgufValue? value) ? value.Content : null;
    }

    private static int? Whole(object value)
    {
        try
        {
            long number = value is byte or sbyte or short or ushort or int or uint or long or ulong ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : -1;
            return number is >= 0 and <= int.MaxValue ? (int)number : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
