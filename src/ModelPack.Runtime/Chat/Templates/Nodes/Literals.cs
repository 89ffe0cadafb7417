using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

internal sealed class ConstantExpression(Value value) : Expression
{
    public Value Value { get; } = value;

    public override Value Evaluate(RenderState state) => Value;
}

internal sealed class ListExpression(Expression[] items) : Expression
{
    public override Value Evaluate(RenderState state) => Value.List(EvaluateAll(state, items));

    public static Value[] EvaluateAll(RenderState state, Expression[] items)
    {
        if (items.Length == 0)
        {
            return [];
        }

        state.Meter.Items(items.Length);
        var values = new Value[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            values[i] = items[i].Evaluate(state);
        }

        return values;
    }
}

internal sealed class TupleExpression(Expression[] items) : Expression
{
    public Expression[] Items => items;

    public override Value Evaluate(RenderState state) => Value.Tuple(ListExpression.EvaluateAll(state, items));
}

internal sealed class DictExpression((Expression Key, Expression Value)[] entries) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Items(entries.Length * 2L);
        var dict = new DictValue(entries.Length);
        foreach ((Expression key, Expression value) in entries)
        {
            dict.Set(state.Meter, key.Evaluate(state), value.Evaluate(state));
        }

        return Value.Of(dict);
    }
}
