using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>The variables of one level of a template at run time; the places were given out by a <see cref="Syntax.ScopeLayout"/>.</summary>
internal sealed class Scope(int slots, Scope? parent)
{
    public Value[] Slots { get; } = new Value[slots];

    public Scope? Parent { get; } = parent;

    public void Clear() => Array.Clear(Slots);
}
