using System.Text.Json;

namespace ModelPack.Formats.Json;

/// <summary>
/// Makes sure of the texts in a JSON document. JSON may hold bytes that are not UTF-8 and halves of surrogate pairs; .NET's reader takes them, and
/// whoever reads such a name or text much later gets an exception that no caller expects.
/// </summary>
public static class UnicodeJson
{
    /// <summary>Hands the document on when every name and text in it is Unicode, else disposes it.</summary>
    /// <param name="document">The document; the caller disposes what is returned.</param>
    /// <exception cref="JsonException">A name or text is not Unicode.</exception>
    public static JsonDocument Require(JsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            Visit(document.RootElement);
            return document;
        }
        catch (InvalidOperationException problem)
        {
            document.Dispose();
            throw new JsonException("a name or text in it is not Unicode", problem);
        }
    }

    private static void Visit(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Visit(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    _ = property.Name;
                    Visit(property.Value);
                }

                break;
        }
    }
}
