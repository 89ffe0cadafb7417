using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Runtime.Chat;

/// <summary>Turns the messages of a chat request into a prompt, by the model's chat template.</summary>
internal static class ChatPrompt
{
    private const string System = "system";
    private const string VariablesName = "chat_template_kwargs";
    private const string ReasoningField = "reasoning_content";

    /// <summary>Roles that templates know by another name.</summary>
    private static readonly Dictionary<string, string> TemplateRoles = new(StringComparer.OrdinalIgnoreCase) { ["developer"] = System };

    /// <summary>The prompt, up to where the assistant's answer begins.</summary>
    /// <param name="template">The model's template.</param>
    /// <param name="messages">The conversation; not changed.</param>
    /// <param name="options">Their instructions go in front; not changed.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <exception cref="ModelPackException">MPK4306: content that is not text; MPK42nn: the template.</exception>
    public static string Render(ChatTemplate template, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var converted = messages.Select(Convert).ToList();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            Instruct(converted, options.Instructions);
        }

        return template.Render([.. converted.Select(message => message.ToTemplate())], tools: null, addGenerationPrompt: true, Variables(options), cancellationToken);
    }

    // Most templates take one system message, as the first: instructions join it rather than stand beside it.
    private static void Instruct(List<Message> messages, string instructions)
    {
        if (messages.Count > 0 && messages[0].Role == System)
        {
            messages[0] = messages[0] with { Text = $"{instructions}\n{messages[0].Text}" };
        }
        else
        {
            messages.Insert(0, new Message(System, instructions, ""));
        }
    }

    private static Message Convert(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var texts = new List<string>();
        var reasoning = new List<string>();
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent text:
                    texts.Add(text.Text);
                    break;
                case TextReasoningContent thought:
                    reasoning.Add(thought.Text);
                    break;
                case UsageContent:
                    break;
                default:
                    throw new ModelPackException(
                        RuntimeErrors.UnsupportedContent,
                        $"A message of the role {message.Role} has content of the type {content.GetType().Name}; packed models read text only, leave it out.");
            }
        }

        string role = message.Role.Value;
        return new Message(TemplateRoles.GetValueOrDefault(role, role), string.Concat(texts), string.Concat(reasoning));
    }

    private static Dictionary<string, object?>? Variables(ChatOptions? options)
    {
        object? given = options?.AdditionalProperties?.GetValueOrDefault(VariablesName);
        return given switch
        {
            null => null,
            IEnumerable<KeyValuePair<string, object?>> pairs => new Dictionary<string, object?>(pairs),
            JsonElement { ValueKind: JsonValueKind.Object } json => json.EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value),
            _ => throw new ModelPackException(RuntimeErrors.OptionOutOfRange, $"The additional property {VariablesName} must be an object with the template's variables."),
        };
    }

    private sealed record Message(string Role, string Text, string Reasoning)
    {
        public TemplateMessage ToTemplate()
        {
            var message = new TemplateMessage(Role, Text);
            return Reasoning.Length > 0 ? message.With(ReasoningField, Reasoning) : message;
        }
    }
}
