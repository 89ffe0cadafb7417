using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Nodes;
using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// A Jinja template, read once and rendered as often as wanted, with the environment that transformers gives to chat
/// templates: <c>trim_blocks</c>, <c>lstrip_blocks</c>, the sandbox, <c>tojson</c>, <c>raise_exception</c>,
/// <c>strftime_now</c>, <c>{% generation %}</c>, <c>{% break %}</c> and <c>{% continue %}</c>. Immutable; thread-safe.
/// </summary>
public sealed class JinjaTemplate
{
    private readonly Block _body;
    private readonly ScopeLayout _layout;
    private readonly IReadOnlyList<string> _externals;

    private JinjaTemplate(string name, Block body, ScopeLayout layout, IReadOnlyList<string> externals)
    {
        Name = name;
        _body = body;
        _layout = layout;
        _externals = externals;
    }

    /// <summary>What error messages call this template, such as its file.</summary>
    public string Name { get; }

    /// <summary>Names that the template reads and does not set everywhere before: variables and global functions.</summary>
    public IReadOnlyList<string> FreeNames => _externals;

    /// <summary>Reads a template.</summary>
    /// <param name="source">Text of the template.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ModelPackException">MPK4201: the template cannot be read; the message names the line.</exception>
    public static JinjaTemplate Parse(string source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            (Block body, ScopeLayout layout, IReadOnlyList<string> externals) = TemplateParser.Parse(source);
            return new JinjaTemplate(name, body, layout, externals);
        }
        catch (SyntaxFault fault)
        {
            throw new ModelPackException(
                TemplateErrors.Syntax, $"The chat template '{name}' cannot be read: line {fault.Line}: {fault.Message}", fault);
        }
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">
    /// Values by name: null, booleans, numbers, texts, <see cref="System.Text.Json.JsonElement"/>,
    /// <see cref="System.Text.Json.Nodes.JsonNode"/>, dictionaries and sequences of such. A name that is not there is undefined.
    /// </param>
    /// <param name="options">Limits and clock; null for <see cref="JinjaOptions.Default"/>.</param>
    /// <param name="cancellationToken">Looked at every few thousand steps.</param>
    /// <exception cref="ModelPackException">
    /// MPK4202: the template called <c>raise_exception</c>, and the message ends with its text; MPK4203: an error in the
    /// template; MPK4204: a limit. All name template and line.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public string Render(
        IReadOnlyDictionary<string, object?> variables, JinjaOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var meter = new Meter(options ?? JinjaOptions.Default, cancellationToken);
        return Render(meter, options ?? JinjaOptions.Default, () => name =>
            variables.TryGetValue(name, out object? value) ? ValueConverter.From(meter, value) : default);
    }

    /// <summary>
    /// Renders with values looked up by name; missing ones fall back to the global functions. What happens while
    /// <paramref name="prepare"/> makes the look-up is reported like what happens in the template.
    /// </summary>
    internal string Render(Meter meter, JinjaOptions options, Func<Func<string, Value>> prepare)
    {
        RenderState? state = null;
        try
        {
            Func<string, Value> find = prepare();
            var externals = new Value[_externals.Count];
            for (int i = 0; i < externals.Length; i++)
            {
                externals[i] = Find(_externals[i], find);
            }

            state = new RenderState(meter, options.Clock, externals, new Scope(_layout.Count, null));
            _body.Execute(state);
            return state.Output;
        }
        catch (TemplateFault fault)
        {
            string verb = fault.Code switch
            {
                TemplateErrors.Raised => "refuses this conversation",
                TemplateErrors.Limit => "was stopped",
                _ => "failed",
            };
            throw new ModelPackException(fault.Code, $"The chat template '{Name}' {verb} at line {state?.Line ?? 1}: {fault.Message}", fault);
        }
    }

    private static Value Find(string name, Func<string, Value> find)
    {
        Value value = find(name);
        return !value.IsMissing || GlobalTable.TryFind(name, out value) ? value : Value.Undefined(UndefinedReason.Name(name));
    }
}
