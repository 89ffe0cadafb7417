using System.Text.Json;

namespace ModelPack.Packing.Recipes;

/// <summary>Reads a recipe file: one JSON object whose members are settings; comments and trailing commas are allowed.</summary>
internal static class RecipeFileReader
{
    private const int LargestFile = 1 << 20;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 8,
    };

    /// <summary>The members as texts, in the order of the file.</summary>
    /// <exception cref="ModelPackException">The file cannot be read (MPK1305) or is not a recipe (MPK1306).</exception>
    public static List<KeyValuePair<string, string>> Read(string path)
    {
        using JsonDocument document = Open(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw NotARecipe(path, "it is not a JSON object of settings");
        }

        var settings = new List<KeyValuePair<string, string>>();
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            SettingDefinition? setting = SettingTable.Find(member.Name);
            if (setting is not null && ReferenceEquals(setting, SettingTable.Recipe))
            {
                throw NotARecipe(path, "a recipe cannot name another recipe");
            }

            settings.Add(KeyValuePair.Create(member.Name, Text(path, member, setting)));
        }

        return settings;
    }

    private static string Text(string path, JsonProperty member, SettingDefinition? setting) => member.Value.ValueKind switch
    {
        JsonValueKind.String when member.Value.GetString() is { Length: > 0 } text => text,
        JsonValueKind.Number => member.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array when setting is { IsList: true } && member.Value.GetArrayLength() > 0
            && member.Value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String) =>
            string.Join(';', member.Value.EnumerateArray().Select(entry => entry.GetString())),
        _ => throw NotARecipe(path, setting is { IsList: true }
            ? $"\"{member.Name}\" is neither a text nor a list of texts"
            : $"\"{member.Name}\" is not a text, number or truth value"),
    };

    private static JsonDocument Open(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.Length <= LargestFile
                ? JsonDocument.Parse(file, Options)
                : throw NotARecipe(path, $"it has {file.Length} bytes, more than any recipe needs");
        }
        catch (JsonException exception)
        {
            throw NotARecipe(path, $"it is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(
                RecipeErrors.FileUnreadable, $"The recipe {path} cannot be read: {exception.Message} Check the Recipe setting.", exception);
        }
    }

    private static ModelPackException NotARecipe(string path, string why, Exception? cause = null) =>
        new(RecipeErrors.FileNotARecipe, $"The file {path} is not a recipe: {why}; docs/settings.md shows one.", cause);
}
