using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>What a binary operator computes.</summary>
internal delegate Value BinaryFunction(RenderState state, in Value left, in Value right);

/// <summary>What a comparison decides.</summary>
internal delegate bool ComparisonFunction(RenderState state, in Value left, in Value right);

/// <summary>What a sign computes.</summary>
internal delegate Value UnaryFunction(in Value operand);

internal sealed class BinaryExpression(Expression left, Expression right, BinaryFunction function, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value first = left.Evaluate(state);
        Value second = right.Evaluate(state);
        state.Line = line;
        return function(state, first, second);
    }
}

internal sealed class UnaryExpression(Expression operand, UnaryFunction function) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        return function(operand.Evaluate(state));
    }
}

internal sealed class NotExpression(Expression operand) : Expression
{
    public override Value Evaluate(RenderState state) => Value.Of(!operand.Evaluate(state).IsTrue);
}

internal sealed class AndExpression(Expression left, Expression right) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value first = left.Evaluate(state);
        return first.IsTrue ? right.Evaluate(state) : first;
    }
}

internal sealed class OrExpression(Expression left, Expression right) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        Value first = left.Evaluate(state);
        return first.IsTrue ? first : right.Evaluate(state);
    }
}

/// <summary><c>a ~ b ~ c</c>: the printed forms, joined.</summary>
internal sealed class JoinExpression(Expression[] parts) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        var texts = new string[parts.Length];
        long length = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            state.Meter.Step();
            texts[i] = Printer.Text(state.Meter, parts[i].Evaluate(state));
            length += texts[i].Length;
        }

        state.Meter.Text(length);
        return Value.Of(string.Concat(texts));
    }
}

/// <summary><c>a &lt; b &lt;= c</c>: each pair is compared, from the left, until one comparison is false.</summary>
internal sealed class CompareExpression(Expression first, (ComparisonFunction Function, Expression Operand)[] rest, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        Value left = first.Evaluate(state);
        foreach ((ComparisonFunction function, Expression operand) in rest)
        {
            state.Meter.Step();
            Value right = operand.Evaluate(state);
            state.Line = line;
            if (!function(state, left, right))
            {
                return Value.False;
            }

            left = right;
        }

        return Value.True;
    }
}

/// <summary><c>a if test else b</c>; without an else part it is undefined when the test fails.</summary>
internal sealed class ConditionalExpression(Expression test, Expression then, Expression? otherwise, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        state.Meter.Step();
        if (test.Evaluate(state).IsTrue)
        {
            return then.Evaluate(state);
        }

        return otherwise?.Evaluate(state)
            ?? Value.Undefined($"the inline if-expression on line {line} is false and has no else part");
    }
}
