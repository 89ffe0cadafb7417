using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>What a value is assigned to.</summary>
internal abstract class Target
{
    /// <summary>Gives the names of this target their places in a scope; the same target may be assigned in two (a loop and its filter).</summary>
    public abstract Action<RenderState, Value> In(ScopeLayout layout);
}

internal sealed class NameTarget(string name) : Target
{
    public string Name => name;

    public override Action<RenderState, Value> In(ScopeLayout layout)
    {
        int slot = layout.Declare(name);
        return (state, value) => state.Scope.Slots[slot] = value;
    }
}

/// <summary><c>{% set ns.name = … %}</c></summary>
internal sealed class NamespaceTarget(NameExpression owner, string name) : Target
{
    public override Action<RenderState, Value> In(ScopeLayout layout) => (state, value) =>
    {
        Value target = owner.Evaluate(state);
        if (target.Kind != ValueKind.Object || target.Object is not NamespaceValue space)
        {
            throw TemplateFault.Evaluation($"cannot assign the attribute '{name}' of '{owner.Name}', which is not a namespace");
        }

        space.Set(name, value);
    };
}

internal sealed class TupleTarget(Target[] parts) : Target
{
    public override Action<RenderState, Value> In(ScopeLayout layout)
    {
        Action<RenderState, Value>[] assign = [.. parts.Select(part => part.In(layout))];
        return (state, value) =>
        {
            if (Iteration.TryOf(state, value) is null)
            {
                throw TemplateFault.Evaluation($"cannot unpack non-iterable {value.TypeName} object");
            }

            Value[] items = Iteration.ToArray(state, value);
            if (items.Length != assign.Length)
            {
                throw TemplateFault.Evaluation(items.Length > assign.Length
                    ? $"too many values to unpack (expected {assign.Length})"
                    : $"not enough values to unpack (expected {assign.Length}, got {items.Length})");
            }

            for (int i = 0; i < items.Length; i++)
            {
                assign[i](state, items[i]);
            }
        };
    }
}
