using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// The chat template of a model: turns a conversation into the text that the model was trained on, exactly as transformers'
/// <c>apply_chat_template</c> does. Immutable; thread-safe; each text is parsed once, when it is first needed.
/// </summary>
public sealed class ChatTemplate
{
    private const string DefaultName = "default";
    private const string ToolUseName = "tool_use";

    private readonly Dictionary<string, Lazy<JinjaTemplate>> _templates;
    private readonly string _name;
    private readonly bool _isNamed;

    internal ChatTemplate(string name, IReadOnlyDictionary<string, string> sources, bool isNamed, IReadOnlyDictionary<string, object?> variables)
    {
        _name = name;
        _isNamed = isNamed;
        _templates = sources.ToDictionary(
            source => source.Key,
            source => new Lazy<JinjaTemplate>(() => JinjaTemplate.Parse(source.Value, isNamed ? $"{name}: {source.Key}" : name)),
            StringComparer.Ordinal);
        Sources = sources;
        Variables = variables;
    }

    /// <summary>The templates' texts by name; only <c>default</c> where the model has just one.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; }

    /// <summary>Names of the templates; only <c>default</c> where the model has just one.</summary>
    public IReadOnlyCollection<string> TemplateNames => _templates.Keys;

    /// <summary>What every rendering gets besides the conversation: the special tokens by name, such as <c>bos_token</c>.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; }

    /// <summary>
    /// Finds the chat template of a model: <c>chat_template.jinja</c> (and <c>additional_chat_templates/*.jinja</c>), else
    /// <c>chat_template</c> in <c>tokenizer_config.json</c>, a text or a list of named texts. The texts are parsed when first used.
    /// </summary>
    /// <param name="folder">Folder of the model.</param>
    /// <returns>The template, or null where the model has none.</returns>
    /// <exception cref="ModelPackException">MPK4206: one of the files cannot be read.</exception>
    public static ChatTemplate? TryLoad(string folder) => ChatTemplateFiles.TryLoad(folder);

    /// <summary>Makes a chat template from one text and parses it at once.</summary>
    /// <param name="source">Text of the template.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="variables">Special tokens and other names that every rendering gets; null for none.</param>
    /// <exception cref="ModelPackException">MPK4201: the template cannot be read.</exception>
    public static ChatTemplate Parse(string source, string name, IReadOnlyDictionary<string, object?>? variables = null)
    {
        var template = new ChatTemplate(
            name, new Dictionary<string, string> { [DefaultName] = source }, isNamed: false, variables ?? new Dictionary<string, object?>());
        template.Validate();
        return template;
    }

    /// <summary>Makes a chat template from several named texts and parses them at once.</summary>
    /// <param name="sources">Texts by name; <c>default</c> and <c>tool_use</c> are chosen without being asked for.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="variables">Special tokens and other names that every rendering gets; null for none.</param>
    /// <exception cref="ModelPackException">MPK4201: one of the templates cannot be read.</exception>
    public static ChatTemplate Parse(
        IReadOnlyDictionary<string, string> sources, string name, IReadOnlyDictionary<string, object?>? variables = null)
    {
        var template = new ChatTemplate(name, sources, isNamed: true, variables ?? new Dictionary<string, object?>());
        template.Validate();
        return template;
    }

    /// <summary>Parses every text now.</summary>
    /// <exception cref="ModelPackException">MPK4201: one of the templates cannot be read.</exception>
    public void Validate()
    {
        foreach (Lazy<JinjaTemplate> template in _templates.Values)
        {
            _ = template.Value;
        }
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">The conversation; at least one message.</param>
    /// <param name="tools">Descriptions of the tools the model may call; null when there are none.</param>
    /// <param name="addGenerationPrompt">Ends the text with what begins the assistant's answer.</param>
    /// <param name="variables">More variables, such as <c>enable_thinking</c>.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <exception cref="ModelPackException">As <see cref="Render(ChatTemplateRequest, CancellationToken)"/> says.</exception>
    public string Render(
        IReadOnlyList<TemplateMessage> messages, IReadOnlyList<object?>? tools = null, bool addGenerationPrompt = true,
        IReadOnlyDictionary<string, object?>? variables = null, CancellationToken cancellationToken = default) =>
        Render(
            new ChatTemplateRequest { Messages = messages, Tools = tools, AddGenerationPrompt = addGenerationPrompt, Variables = variables },
            cancellationToken);

    /// <summary>Renders a conversation.</summary>
    /// <param name="request">Conversation, tools, and how the text ends.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <exception cref="ModelPackException">
    /// MPK4201: the template cannot be read; MPK4202: the template refuses the conversation, and the message ends with the
    /// template's own text; MPK4203: an error in the template; MPK4204: a limit; MPK4205: no messages, or a final message that
    /// cannot be continued; MPK4207: no template of that name.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public string Render(ChatTemplateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        JinjaOptions options = request.Options ?? JinjaOptions.Default;
        var meter = new Meter(options, cancellationToken);
        JinjaTemplate template = Choose(request);
        Conversation? conversation = null;
        string text = template.Render(meter, options, () =>
        {
            Conversation prepared = conversation = Conversation.From(meter, request, template.Name);
            return name => Find(meter, request, prepared, name);
        });
        return conversation!.CutAtTag(text, template.Name);
    }

    private Value Find(Meter meter, ChatTemplateRequest request, Conversation conversation, string name)
    {
        if (request.Variables?.TryGetValue(name, out object? extra) == true)
        {
            return ValueConverter.From(meter, extra);
        }

        return name switch
        {
            "messages" => conversation.Messages,
            "tools" => ValueConverter.From(meter, request.Tools),
            "documents" => ValueConverter.From(meter, request.Documents),
            "add_generation_prompt" => Value.Of(request.AddGenerationPrompt),
            _ => Variables.TryGetValue(name, out object? value) ? ValueConverter.From(meter, value) : default,
        };
    }

    private JinjaTemplate Choose(ChatTemplateRequest request)
    {
        string name = request.TemplateName
            ?? (_isNamed && request.Tools is not null && _templates.ContainsKey(ToolUseName) ? ToolUseName : DefaultName);
        return _templates.TryGetValue(name, out Lazy<JinjaTemplate>? template)
            ? template.Value
            : throw new ModelPackException(
                TemplateErrors.UnknownName,
                $"The chat template '{_name}' has no template named '{name}'; it has {string.Join(", ", _templates.Keys.Select(key => $"'{key}'"))}");
    }
}
