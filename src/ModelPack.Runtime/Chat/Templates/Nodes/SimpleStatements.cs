using System.Text;
using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

internal sealed class DataStatement(string text) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Write(text);
        return Flow.Next;
    }
}

internal sealed class OutputStatement(Expression expression, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        state.Write(Printer.Text(state.Meter, expression.Evaluate(state)));
        return Flow.Next;
    }
}

internal sealed class FlowStatement(Flow flow) : Statement
{
    public override Flow Execute(RenderState state) => flow;
}

internal sealed class IfStatement((Expression Test, Block Body)[] branches, Block? otherwise, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        foreach ((Expression test, Block body) in branches)
        {
            state.Meter.Step();
            if (test.Evaluate(state).IsTrue)
            {
                return body.Execute(state);
            }
        }

        return otherwise?.Execute(state) ?? Flow.Next;
    }
}

internal sealed class SetStatement(Action<RenderState, Value> assign, Expression value, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        assign(state, value.Evaluate(state));
        return Flow.Next;
    }
}

/// <summary><c>{% set x | filters %}…{% endset %}</c></summary>
internal sealed class SetBlockStatement(
    Action<RenderState, Value> assign, Expression filters, ScopedBlock body, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        Flow flow = body.Capture(state, out string text);
        if (flow != Flow.Next)
        {
            return flow;
        }

        state.Line = line;
        state.Captured = Value.Of(text);
        assign(state, filters.Evaluate(state));
        return Flow.Next;
    }
}

/// <summary><c>{% filter filters %}…{% endfilter %}</c></summary>
internal sealed class FilterBlockStatement(Expression filters, ScopedBlock body, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        Flow flow = body.Capture(state, out string text);
        if (flow != Flow.Next)
        {
            return flow;
        }

        state.Line = line;
        state.Captured = Value.Of(text);
        state.Write(Printer.Text(state.Meter, filters.Evaluate(state)));
        return Flow.Next;
    }
}

/// <summary><c>{% with a = 1 %}…{% endwith %}</c>; the values are those of the place around the block.</summary>
internal sealed class WithStatement((Action<RenderState, Value> Assign, Expression Value)[] variables, ScopedBlock body, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        Value[] values = [.. variables.Select(variable => variable.Value.Evaluate(state))];
        Scope outer = state.Scope;
        state.Scope = state.Open(body.Layout, outer);
        for (int i = 0; i < values.Length; i++)
        {
            variables[i].Assign(state, values[i]);
        }

        Flow flow = body.Body.Execute(state);
        state.Scope = outer;
        return flow;
    }
}

/// <summary>A tag that Jinja reads but that no chat template can use, such as <c>include</c>.</summary>
internal sealed class UnavailableStatement(string tag, int line) : Statement
{
    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        throw TemplateFault.Evaluation($"the tag '{tag}' needs other templates, and a chat template has none");
    }
}

/// <summary>A body with a scope of its own.</summary>
internal sealed class ScopedBlock(Block body, ScopeLayout layout) : Statement
{
    public Block Body => body;

    public ScopeLayout Layout => layout;

    public override Flow Execute(RenderState state)
    {
        Scope outer = state.Scope;
        state.Scope = state.Open(layout, outer);
        Flow flow = body.Execute(state);
        state.Scope = outer;
        return flow;
    }

    public Flow Capture(RenderState state, out string text)
    {
        StringBuilder output = state.BeginCapture();
        Flow flow = Execute(state);
        text = state.EndCapture(output);
        return flow;
    }
}
