using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>
/// Reads a variable. Which scopes may hold it is known once the whole template is read, because a macro also sees what is
/// set after it; of those scopes the innermost that holds it at the moment wins, then what was passed to the template.
/// </summary>
internal sealed class NameExpression(string name, ScopeLayout layout) : Expression
{
    private (int Hops, int Slot)[] _places = [];
    private int _external;

    public string Name => name;

    public void Resolve(ExternalNames externals)
    {
        var places = new List<(int Hops, int Slot)>();
        int hops = 0;
        for (ScopeLayout? level = layout; level is not null; level = level.Parent, hops++)
        {
            if (level.TryFind(name, out int slot))
            {
                places.Add((hops, slot));
            }
        }

        _places = [.. places];
        _external = externals.NumberOf(name);
    }

    public override Value Evaluate(RenderState state)
    {
        Scope scope = state.Scope;
        int level = 0;
        foreach ((int hops, int slot) in _places)
        {
            for (; level < hops; level++)
            {
                scope = scope.Parent!;
            }

            if (!scope.Slots[slot].IsMissing)
            {
                return scope.Slots[slot];
            }
        }

        return state.Externals[_external];
    }
}
