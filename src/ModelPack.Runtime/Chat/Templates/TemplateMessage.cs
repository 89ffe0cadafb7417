using System.Text.Json;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// One message of a conversation as a chat template sees it: named fields in order, usually <c>role</c> and <c>content</c>,
/// perhaps <c>tool_calls</c>, <c>reasoning_content</c> and whatever else the template knows. Immutable; thread-safe as long as
/// the values passed in are not changed.
/// </summary>
public sealed class TemplateMessage
{
    /// <summary>Creates a message.</summary>
    /// <param name="role">Who speaks, such as <c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>.</param>
    /// <param name="content">A text, or a list of parts; null for none.</param>
    public TemplateMessage(string role, object? content)
        : this([new("role", role), new("content", content)])
    {
    }

    /// <summary>Creates a message from all its fields.</summary>
    /// <param name="fields">Names and values, as <see cref="JinjaTemplate"/> takes them; order is kept.</param>
    public TemplateMessage(IEnumerable<KeyValuePair<string, object?>> fields) => Fields = [.. fields];

    /// <summary>The fields in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; }

    /// <summary>Reads a message from a JSON object, with all its fields.</summary>
    /// <param name="message">The object; it must outlive the message unless cloned.</param>
    /// <exception cref="ArgumentException"><paramref name="message"/> is not an object.</exception>
    public static TemplateMessage FromJson(JsonElement message) => message.ValueKind == JsonValueKind.Object
        ? new(message.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, (object?)property.Value)))
        : throw new ArgumentException("A message is a JSON object.", nameof(message));

    /// <summary>A copy with one field added, or replaced where it is there already.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="value">Its value.</param>
    public TemplateMessage With(string name, object? value)
    {
        var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, object?> field in Fields)
        {
            fields[field.Key] = field.Value;
        }

        fields[name] = value;
        return new TemplateMessage(fields);
    }
}
