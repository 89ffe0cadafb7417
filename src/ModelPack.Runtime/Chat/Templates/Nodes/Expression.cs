using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>A part of the syntax tree that has a value. Immutable once the template is parsed; everything that changes is in the state.</summary>
internal abstract class Expression
{
    public abstract Value Evaluate(RenderState state);
}

/// <summary>An expression that lies deep: the stack is looked at before it is evaluated.</summary>
internal sealed class GuardedExpression(Expression inner) : Expression
{
    public Expression Inner => inner;

    public override Value Evaluate(RenderState state)
    {
        Meter.RequireStack();
        return inner.Evaluate(state);
    }
}
