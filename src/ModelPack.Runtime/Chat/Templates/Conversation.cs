using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>The messages as transformers prepares them before it renders, and the mark that leaves the last of them open.</summary>
internal sealed class Conversation
{
    private const string Tag = "CONTINUE_FINAL_MESSAGE_TAG ";
    private static readonly string[] ReasoningFields = ["reasoning_content", "thinking", "reasoning"];

    private readonly string? _continued;

    private Conversation(Value messages, string? continued)
    {
        Messages = messages;
        _continued = continued;
    }

    public Value Messages { get; }

    public static Conversation From(Meter meter, ChatTemplateRequest request, string template)
    {
        if (request.Messages.Count == 0)
        {
            throw Refused(template, "the conversation has no message; pass at least one");
        }

        if (request.ContinueField is not null && request.AddGenerationPrompt)
        {
            throw Refused(template, "a message cannot be continued and a new one begun at once; choose one");
        }

        DictValue[] messages = [.. request.Messages.Select(message => ValueConverter.FromMessage(meter, message))];
        string? continued = null;
        if (request.ContinueField is { } field)
        {
            (messages[^1], continued) = Mark(messages[^1], field, template);
        }

        return new Conversation(Value.List([.. messages.Select(message => Value.Of(Prepare(message)))]), continued);
    }

    /// <summary>Ends the text where the continued message ends.</summary>
    public string CutAtTag(string text, string template)
    {
        if (_continued is null)
        {
            return text;
        }

        int at = text.LastIndexOf(Tag.TrimEnd(), StringComparison.Ordinal);
        if (at < 0 || !text.Contains(PythonSpace.Trim(_continued), StringComparison.Ordinal))
        {
            throw Refused(template, "the final message cannot be continued, because the template does not write it as it is");
        }

        // Without its blank the tag was trimmed by the template, and so must be the text before it.
        return text.AsSpan(at).StartsWith(Tag, StringComparison.Ordinal) ? text[..at] : PythonSpace.TrimEnd(text[..at]);
    }

    private static DictValue Prepare(DictValue message)
    {
        var prepared = new DictValue(message.Count);
        foreach (KeyValuePair<Value, Value> field in message.Entries)
        {
            if (!field.Value.IsNone)
            {
                prepared.Set(field.Key, field.Value);
            }
        }

        foreach (string name in ReasoningFields)
        {
            if (prepared.TryGet(name, out Value reasoning))
            {
                prepared.Set(ReasoningFields[0], reasoning);
                if (!prepared.TryGet(ReasoningFields[1], out _))
                {
                    prepared.Set(ReasoningFields[1], reasoning);
                }

                break;
            }
        }

        return prepared;
    }

    private static (DictValue Message, string Continued) Mark(DictValue message, string field, string template)
    {
        if (!message.TryGet(field, out Value content))
        {
            throw Refused(template, $"the final message has no field '{field}' to continue");
        }

        var marked = new DictValue();
        marked.AddAll(message);
        if (content.IsText)
        {
            marked.Set(field, Value.Of(content.Text + Tag));
            return (marked, content.Text);
        }

        Value[] parts = content.Kind == ValueKind.List ? [.. content.Items] : [];
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i].Kind == ValueKind.Dict && parts[i].Dict.TryGet("text", out Value text) && text.IsText)
            {
                var part = new DictValue();
                part.AddAll(parts[i].Dict);
                part.Set("text", Value.Of(text.Text + Tag));
                parts[i] = Value.Of(part);
                marked.Set(field, Value.List(parts));
                return (marked, text.Text);
            }
        }

        throw Refused(template, $"the field '{field}' of the final message holds no text to continue");
    }

    private static ModelPackException Refused(string template, string reason) =>
        new(TemplateErrors.Conversation, $"The chat template '{template}' cannot be rendered: {reason}");
}
