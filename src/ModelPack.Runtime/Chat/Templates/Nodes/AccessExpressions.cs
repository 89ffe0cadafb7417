using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary><c>a.name</c></summary>
internal sealed class AttributeExpression(Expression target, string name, int line) : Expression
{
    public Expression Target => target;

    public string Name => name;

    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value owner = target.Evaluate(state);
        state.Line = line;
        return Access.Attribute(state, owner, name);
    }
}

/// <summary><c>a[key]</c></summary>
internal sealed class ItemExpression(Expression target, Expression key, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value owner = target.Evaluate(state);
        Value index = key.Evaluate(state);
        state.Line = line;
        return Access.Item(state, owner, index);
    }
}

/// <summary><c>a[start:stop:step]</c>; parts that are left out are None.</summary>
internal sealed class SliceExpression(Expression target, Expression start, Expression stop, Expression step, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value owner = target.Evaluate(state);
        Value first = start.Evaluate(state);
        Value last = stop.Evaluate(state);
        Value stride = step.Evaluate(state);
        state.Line = line;
        return Access.Slice(state, owner, first, last, stride);
    }
}
