using System.Text;
using System.Text.Json;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Calibration;

/// <summary>Turns a text file into calibration rows: documents one after the other, cut into rows of equal length, the rest dropped.</summary>
internal static class CalibrationText
{
    // A shorter row says nothing about attention.
    private const int ShortestRow = 8;

    /// <summary>Reads a .jsonl file (an object a line: "text", or "messages" for the chat template), or any other file as one plain text.</summary>
    /// <param name="file">The file, UTF-8.</param>
    /// <param name="source">The model.</param>
    /// <param name="samples">Most rows to take.</param>
    /// <param name="length">Tokens of a row; less when the model or the text is shorter.</param>
    /// <exception cref="ModelPackException">MPK1601: not readable; MPK1602: too short; MPK1603: a line is no such object.</exception>
    public static CalibrationRows Read(string file, ModelSource source, int samples, int length)
    {
        Tokenizer tokenizer = Tokenizer.Load(source.Folder);
        int? bos = source.Architecture.BosTokenId is { } id && tokenizer.Encode("a") is [var first, ..] && first == id ? id : null;
        var ids = new List<int>();
        foreach ((string text, bool rendered) in Documents(file, source.Folder))
        {
            // A chat template writes its own special tokens.
            if (!rendered && bos is { } begin)
            {
                ids.Add(begin);
            }

            tokenizer.Encode(text, ids, addSpecialTokens: false);
        }

        return Cut(ids, Path.GetFileName(file), samples, Math.Min(length, source.Architecture.ContextLength), file);
    }

    /// <summary>Cuts ids into rows.</summary>
    public static CalibrationRows Cut(List<int> ids, string name, int samples, int length, string place)
    {
        int tokens = Math.Min(length, ids.Count);
        if (tokens < ShortestRow)
        {
            throw new ModelPackException(CalibrationErrors.TextTooShort, $"{place} has {ids.Count} tokens, too few to calibrate with; give a text like those the model will meet, some 100 KB of it.");
        }

        int rows = Math.Min(samples, ids.Count / tokens);
        return new CalibrationRows([.. Enumerable.Range(0, rows).Select(row => ids.GetRange(row * tokens, tokens).ToArray())], name);
    }

    private static IEnumerable<(string Text, bool Rendered)> Documents(string file, string folder)
    {
        string text = Load(file);
        return file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? Lines(file, text, folder) : [(text, false)];
    }

    private static IEnumerable<(string Text, bool Rendered)> Lines(string file, string text, string folder)
    {
        ChatTemplate? template = null;
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            using JsonDocument document = Parse(file, number, line);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("text", out JsonElement plain) && plain.ValueKind == JsonValueKind.String)
            {
                yield return (plain.GetString()!, false);
                continue;
            }

            template ??= ChatTemplate.TryLoad(folder);
            yield return (Render(file, number, root, template), true);
        }
    }

    private static string Render(string file, int number, JsonElement root, ChatTemplate? template)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw BadLine(file, number, "is no object with \"text\" or \"messages\"");
        }

        if (template is null)
        {
            throw BadLine(file, number, "has \"messages\", and the model has no chat template to write them with");
        }

        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out _) || !message.TryGetProperty("content", out _))
            {
                throw BadLine(file, number, "has a message without \"role\" and \"content\"");
            }
        }

        return template.Render(new ChatTemplateRequest { Messages = [.. messages.EnumerateArray().Select(TemplateMessage.FromJson)] });
    }

    private static JsonDocument Parse(string file, int number, string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw BadLine(file, number, $"is not JSON ({e.Message.TrimEnd('.')})");
        }
    }

    private static string Load(string file)
    {
        try
        {
            return File.ReadAllText(file, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(CalibrationErrors.TextUnreadable, $"{file} cannot be read ({e.Message.TrimEnd('.')}); check the path of the calibration text.", e);
        }
    }

    private static ModelPackException BadLine(string file, int number, string fault) => new(
        CalibrationErrors.BadLine, $"{file}: line {number} {fault}; write one JSON object a line, with \"text\", or with \"messages\" of role and content.");
}
