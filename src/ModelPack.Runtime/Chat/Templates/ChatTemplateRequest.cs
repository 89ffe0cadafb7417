namespace ModelPack.Runtime.Chat.Templates;

/// <summary>What a chat template is rendered with. Immutable.</summary>
public sealed record ChatTemplateRequest
{
    /// <summary>The value of <see cref="ContinueField"/> that continues the text of the last message.</summary>
    public const string ContentField = "content";

    /// <summary>The conversation; at least one message.</summary>
    public required IReadOnlyList<TemplateMessage> Messages { get; init; }

    /// <summary>Descriptions of the tools the model may call, as JSON schemas; null when there are none.</summary>
    public IReadOnlyList<object?>? Tools { get; init; }

    /// <summary>Documents for templates that know them; null when there are none.</summary>
    public IReadOnlyList<object?>? Documents { get; init; }

    /// <summary>Ends the text with what begins the assistant's answer.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>
    /// Leaves the last message open, so that the model continues its text: the name of the field to continue, usually
    /// <see cref="ContentField"/>; null to close every message.
    /// </summary>
    public string? ContinueField { get; init; }

    /// <summary>Which of several named templates; null for <c>tool_use</c> when there are tools and it exists, else <c>default</c>.</summary>
    public string? TemplateName { get; init; }

    /// <summary>More variables, such as <c>enable_thinking</c>; they win over those of the template.</summary>
    public IReadOnlyDictionary<string, object?>? Variables { get; init; }

    /// <summary>Limits and clock; null for <see cref="JinjaOptions.Default"/>.</summary>
    public JinjaOptions? Options { get; init; }
}
