using System.Text;
using System.Text.Json;

namespace ModelPack.Packing.Evaluation;

/// <summary>Reads the text that models are measured on.</summary>
internal static class EvaluationTextFile
{
    private const string Between = "\n\n";

    /// <summary>The whole text: of a .jsonl file the <c>text</c> members, one blank line between them; of any other its content.</summary>
    /// <exception cref="ModelPackException">MPK2021: it cannot be read.</exception>
    public static string Read(string file)
    {
        try
        {
            return Path.GetExtension(file).Equals(".jsonl", StringComparison.OrdinalIgnoreCase) ? ReadLines(file) : File.ReadAllText(file, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static string ReadLines(string file)
    {
        var texts = new List<string>();
        int number = 0;
        foreach (string line in File.ReadLines(file, Encoding.UTF8))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                texts.Add(TextOf(file, number, line));
            }
        }

        return string.Join(Between, texts);
    }

    private static string TextOf(string file, int number, string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw Unreadable(file, $"line {number} is no object with a \"text\"", null);
        }
        catch (JsonException exception)
        {
            throw Unreadable(file, $"line {number} is no JSON", exception);
        }
    }

    private static ModelPackException Unreadable(string file, string why, Exception? cause) =>
        new(EvaluationErrors.TextUnreadable, $"{file} cannot be read ({why}); check the path and the form of the evaluation text.", cause);
}
