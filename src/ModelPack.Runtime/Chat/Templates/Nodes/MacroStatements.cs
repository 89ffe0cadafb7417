using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>What a macro or a call block says: its parameters, their defaults, its body, and which special names the body uses.</summary>
internal sealed class MacroDefinition
{
    private readonly int[] _slots;
    private readonly Expression?[] _defaults;

    public MacroDefinition(string? name, (string Name, Expression? Default)[] parameters, Block body, ScopeLayout layout)
    {
        Name = name;
        Parameters = [.. parameters.Select(parameter => parameter.Name)];
        _slots = [.. Parameters.Select(layout.Declare)];
        _defaults = [.. parameters.Select(parameter => parameter.Default)];
        Body = body;
        Layout = layout;
    }

    /// <summary>Name of the macro; null for the body of a call block.</summary>
    public string? Name { get; }

    public string DisplayName => Name is null ? "anonymous" : $"'{Name}'";

    public string[] Parameters { get; }

    public Block Body { get; }

    public ScopeLayout Layout { get; }

    /// <summary>Where the body reads <c>varargs</c>, or -1 where it does not and surplus arguments are an error.</summary>
    public int RestSlot { get; init; } = -1;

    /// <summary>Where the body reads <c>kwargs</c>, or -1.</summary>
    public int KeywordsSlot { get; init; } = -1;

    /// <summary>Where the body reads <c>caller</c>, or -1.</summary>
    public int CallerSlot { get; init; } = -1;

    public void Bind(Scope scope, in Arguments arguments)
    {
        int direct = Math.Min(arguments.Positional.Length, _slots.Length);
        for (int i = 0; i < direct; i++)
        {
            scope.Slots[_slots[i]] = arguments.Positional[i];
        }

        if (RestSlot >= 0)
        {
            scope.Slots[RestSlot] = Value.Tuple(arguments.Positional[direct..]);
        }
        else if (arguments.Positional.Length > direct)
        {
            throw TemplateFault.Evaluation($"macro {DisplayName} takes not more than {_slots.Length} argument(s)");
        }

        if (CallerSlot >= 0)
        {
            scope.Slots[CallerSlot] = Value.Undefined("no caller is defined: the macro was not called by a call block");
        }

        BindNamed(scope, arguments, direct);
    }

    /// <summary>Sets the parameters that were not given, in order, so that a default may use the parameters before it.</summary>
    public void SetDefaults(RenderState state)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (state.Scope.Slots[_slots[i]].IsMissing)
            {
                string name = Parameters[i];
                state.Scope.Slots[_slots[i]] = _defaults[i]?.Evaluate(state) ?? Value.Undefined($"parameter '{name}' was not provided");
            }
        }
    }

    private void BindNamed(Scope scope, in Arguments arguments, int direct)
    {
        DictValue? surplus = KeywordsSlot >= 0 ? new DictValue() : null;
        foreach (KeyValuePair<string, Value> pair in arguments.Named)
        {
            int index = Array.IndexOf(Parameters, pair.Key);
            if (index >= direct)
            {
                scope.Slots[_slots[index]] = pair.Value;
            }
            else if (pair.Key == "caller" && CallerSlot >= 0)
            {
                scope.Slots[CallerSlot] = pair.Value;
            }
            else if (surplus is null)
            {
                throw TemplateFault.Evaluation(index >= 0
                    ? $"macro {DisplayName} got multiple values for argument '{pair.Key}'"
                    : $"macro {DisplayName} takes no keyword argument '{pair.Key}'");
            }
            else
            {
                surplus.Set(pair.Key, pair.Value);
            }
        }

        if (surplus is not null)
        {
            scope.Slots[KeywordsSlot] = Value.Of(surplus);
        }
    }
}

internal sealed class MacroStatement(MacroDefinition definition, int slot) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Scope.Slots[slot] = Value.Of(new MacroValue(definition, state.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(…) macro(…) %}…{% endcall %}</c></summary>
internal sealed class CallBlockStatement(CallExpression call, MacroDefinition body, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        Value caller = Value.Of(new MacroValue(body, state.Scope));
        state.Write(Printer.Text(state.Meter, call.Evaluate(state, caller)));
        return Flow.Next;
    }
}

/// <summary><c>{% block name %}…{% endblock %}</c>: written in place, seeing only the variables of the top level.</summary>
internal sealed class NamedBlockStatement(ScopedBlock body) : Statement
{
    public override Flow Execute(RenderState state)
    {
        Scope outer = state.Scope;
        state.Scope = state.Root;
        body.Execute(state);
        state.Scope = outer;
        return Flow.Next;
    }
}
