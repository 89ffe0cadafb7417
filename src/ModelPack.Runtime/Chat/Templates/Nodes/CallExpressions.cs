using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary><c>f(…)</c> and <c>a.method(…)</c></summary>
internal sealed class CallExpression(Expression callee, ArgumentList arguments, int line) : Expression
{
    public override Value Evaluate(RenderState state) => Evaluate(state, default);

    /// <summary>Calls with the body of a <c>{% call %}</c> block as the argument <c>caller</c>.</summary>
    public Value Evaluate(RenderState state, in Value caller)
    {
        state.Meter.Step();
        Value target;
        if (callee is AttributeExpression attribute)
        {
            Value receiver = attribute.Target.Evaluate(state);
            state.Line = line;
            if (Methods.Find(receiver, attribute.Name) is { } method)
            {
                Arguments given = arguments.Evaluate(state);
                state.Line = line;
                return method.Invoke(state, receiver, given);
            }

            target = Access.Attribute(state, receiver, attribute.Name);
        }
        else
        {
            target = callee.Evaluate(state);
        }

        return Call(state, target, caller);
    }

    private Value Call(RenderState state, in Value target, in Value caller)
    {
        Argument.RequireDefined(target);
        Arguments given = arguments.Evaluate(state);
        if (!caller.IsMissing)
        {
            given = new Arguments(given.Positional, [.. given.Named, new("caller", caller)]);
        }

        state.Line = line;
        if (target.Kind != ValueKind.Object)
        {
            throw TemplateFault.Evaluation($"'{target.TypeName}' object is not callable");
        }

        Value result = target.Object.Call(state, given);
        state.Line = line;
        return result;
    }
}

/// <summary><c>value | filter(…)</c></summary>
internal sealed class FilterExpression(Expression target, string name, Builtin? filter, ArgumentList arguments, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        Value value = target.Evaluate(state);
        Arguments given = arguments.Evaluate(state);
        state.Line = line;
        return filter is null
            ? throw TemplateFault.Evaluation($"no filter named '{name}'")
            : filter.Invoke(state, value, given);
    }
}

/// <summary><c>value is test(…)</c></summary>
internal sealed class TestExpression(Expression target, string name, Builtin? test, ArgumentList arguments, int line) : Expression
{
    public override Value Evaluate(RenderState state)
    {
        Value value = target.Evaluate(state);
        Arguments given = arguments.Evaluate(state);
        state.Line = line;
        return test is null
            ? throw TemplateFault.Evaluation($"no test named '{name}'")
            : test.Invoke(state, value, given);
    }
}

/// <summary>The text that a <c>{% filter %}</c> or <c>{% set %}</c> block captured, as the value its filters begin with.</summary>
internal sealed class CapturedExpression : Expression
{
    public override Value Evaluate(RenderState state) => state.Captured;
}
