using System.Text;
using System.Text.Json;

namespace ModelPack.Packing.Inspection;

/// <summary>Members of a JSON file as texts.</summary>
internal static class MetadataFile
{
    private const int LongestValue = 400;

    /// <summary>
    /// The members of the object in <paramref name="path"/>, their names behind <paramref name="prefix"/>, inner objects member
    /// by member and lists of objects by their count; none when there is no such file.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(string path, string prefix = "")
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. Members(document.RootElement, prefix)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ModelPackException(InspectionErrors.MetadataUnreadable, $"{path} is not a JSON object; fetch or write it again.", exception);
        }
    }

    /// <summary>The beginning of a long text, and its length.</summary>
    public static string Shorten(string text) => text.Length <= LongestValue ? text : $"{text.AsSpan(0, LongestValue)}… ({text.Length} characters)";

    private static IEnumerable<KeyValuePair<string, string>> Members(JsonElement element, string prefix) =>
        element.EnumerateObject().SelectMany(member => member.Value.ValueKind == JsonValueKind.Object
            ? Members(member.Value, $"{prefix}{member.Name}.")
            : [KeyValuePair.Create(prefix + member.Name, Text(member.Value))]);

    private static string Text(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Object)
        {
            return $"{value.GetArrayLength()} entries";
        }

        return Shorten(value.ValueKind == JsonValueKind.String ? value.GetString()! : OneLine(value));
    }

    private static string OneLine(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
