using System.IO.Compression;
using System.Text.Json;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Chat.Templates;

/// <summary>Reads the reference outputs of transformers under shared/goldens/templates.</summary>
internal static class TemplateGoldens
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 4000 };

    /// <summary>The clock that the reference outputs were made with.</summary>
    public static JinjaOptions Options { get; } = JinjaOptions.Default with { Clock = new FixedClock(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero)) };

    public static string Folder => SharedFolder.Require("goldens/templates");

    public static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file)), Deep).RootElement;

    public static IEnumerable<JsonElement> Lines(string file)
    {
        using Stream stream = File.OpenRead(Path.Combine(Folder, file));
        using Stream plain = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line, Deep).RootElement;
        }
    }

    public static Dictionary<string, object?> Variables(JsonElement values) =>
        values.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value);

    /// <summary>The templates of the collection by name.</summary>
    public static Dictionary<string, ChatTemplate> Templates() => Json("templates.json").EnumerateArray().ToDictionary(
        entry => Path.GetFileNameWithoutExtension(entry.GetProperty("file").GetString()!), Load, StringComparer.Ordinal);

    /// <summary>The call that a row of reference outputs stands for.</summary>
    public static ChatTemplateRequest Request(JsonElement conversation, JsonElement options)
    {
        var request = new ChatTemplateRequest
        {
            Messages = [.. conversation.GetProperty("messages").EnumerateArray().Select(TemplateMessage.FromJson)],
            Tools = List(conversation, "tools"),
            Documents = List(conversation, "documents"),
            Options = Options,
        };
        var variables = new Dictionary<string, object?>();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            switch (option.Name)
            {
                case "add_generation_prompt":
                    request = request with { AddGenerationPrompt = option.Value.GetBoolean() };
                    break;
                case "continue_final_message":
                    request = request with
                    {
                        ContinueField = option.Value.ValueKind == JsonValueKind.String ? option.Value.GetString() : ChatTemplateRequest.ContentField,
                    };
                    break;
                case "template_name":
                    request = request with { TemplateName = option.Value.GetString() };
                    break;
                default:
                    variables[option.Name] = option.Value;
                    break;
            }
        }

        return request with { Variables = variables };
    }

    private static ChatTemplate Load(JsonElement entry)
    {
        string file = entry.GetProperty("file").GetString()!;
        string text = File.ReadAllText(Path.Combine(Folder, file));
        Dictionary<string, object?> variables = Variables(entry.GetProperty("variables"));
        return file.EndsWith(".json", StringComparison.Ordinal)
            ? ChatTemplate.Parse(
                JsonDocument.Parse(text).RootElement.EnumerateArray().ToDictionary(
                    named => named.GetProperty("name").GetString()!, named => named.GetProperty("template").GetString()!),
                file, variables)
            : ChatTemplate.Parse(text, file, variables);
    }

    private static object?[]? List(JsonElement conversation, string name) =>
        conversation.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(item => (object?)item)] : null;
}
