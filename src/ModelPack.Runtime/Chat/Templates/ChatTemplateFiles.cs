using System.Text.Json;
using ModelPack.Formats.Json;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>Reads chat template and special tokens from the files of a model's folder.</summary>
internal static class ChatTemplateFiles
{
    private const string DefaultName = "default";
    private const long MaxFileBytes = 64L * 1024 * 1024;

    public static ChatTemplate? TryLoad(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string configPath = Path.Combine(folder, "tokenizer_config.json");
        using JsonDocument? config = ReadJson(configPath);
        using JsonDocument? tokens = ReadJson(Path.Combine(folder, "special_tokens_map.json"));
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        AddSpecialTokens(variables, tokens);
        AddSpecialTokens(variables, config);
        string file = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(file))
        {
            var sources = new Dictionary<string, string>(StringComparer.Ordinal) { [DefaultName] = ReadText(file) };
            AddFurther(sources, Path.Combine(folder, "additional_chat_templates"));
            return new ChatTemplate(file, sources, sources.Count > 1, variables);
        }

        return config is not null && config.RootElement.TryGetProperty("chat_template", out JsonElement element)
            ? FromConfig(configPath, element, variables)
            : null;
    }

    private static ChatTemplate? FromConfig(string path, JsonElement element, Dictionary<string, object?> variables)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return new ChatTemplate(
                    path, new Dictionary<string, string> { [DefaultName] = element.GetString()! }, isNamed: false, variables);
            case JsonValueKind.Array:
                var sources = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (JsonElement entry in element.EnumerateArray())
                {
                    sources[Field(entry, "name", path)] = Field(entry, "template", path);
                }

                return new ChatTemplate(path, sources, isNamed: true, variables);
            default:
                throw Unreadable(path, "'chat_template' is neither a text nor a list of named texts");
        }
    }

    private static string Field(JsonElement entry, string name, string path) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Unreadable(path, $"an entry of 'chat_template' has no text '{name}'");

    private static void AddFurther(Dictionary<string, string> sources, string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string file in Directory.GetFiles(folder, "*.jinja").Order(StringComparer.Ordinal))
        {
            sources[Path.GetFileNameWithoutExtension(file)] = ReadText(file);
        }
    }

    /// <summary>Every field named <c>…_token</c> that is a text, or an object that holds the text as its content.</summary>
    private static void AddSpecialTokens(Dictionary<string, object?> variables, JsonDocument? document)
    {
        if (document is null)
        {
            return;
        }

        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            JsonElement token = property.Value;
            if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement content))
            {
                token = content;
            }

            if (property.Name.EndsWith("_token", StringComparison.Ordinal) && token.ValueKind == JsonValueKind.String)
            {
                variables[property.Name] = token.GetString();
            }
        }
    }

    private static JsonDocument? ReadJson(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            JsonDocument document = UnicodeJson.Require(JsonDocument.Parse(ReadText(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw Unreadable(path, "it is not a JSON object");
        }
        catch (JsonException exception)
        {
            throw Unreadable(path, exception.Message);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw Unreadable(path, $"it is larger than {MaxFileBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception.Message);
        }
    }

    private static ModelPackException Unreadable(string path, string reason) =>
        new(TemplateErrors.File, $"The file '{path}' cannot be read: {reason}");
}
