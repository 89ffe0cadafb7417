using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Json;

/// <summary>Writes one document on standard output, as text that people can read too.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        // Standard output is no web page: names and stories stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write<T>(ToolConsole console, T value, JsonTypeInfo<T> type)
    {
        console.Output.Flush();
        using (var writer = new Utf8JsonWriter(console.Output.BaseStream, Options))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        console.Output.WriteLine();
    }
}
