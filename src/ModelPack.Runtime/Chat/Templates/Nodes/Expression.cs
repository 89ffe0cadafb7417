using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>A part of the syntax tree that has a value. Immutable once the template is parsed; everything that changes is in the state.</summary>
internal abstract class Expression
{
    public abstract Value Evaluate(RenderState state);
}
