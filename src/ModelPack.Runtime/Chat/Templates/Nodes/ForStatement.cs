using System.Text;
using ModelPack.Runtime.Chat.Templates.Syntax;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary><c>{% for target in items if test recursive %}…{% else %}…{% endfor %}</c></summary>
internal sealed class ForStatement(
    Expression items, Action<RenderState, Value> assign, ScopedBlock body, int loopSlot, LoopFilter? filter, ScopedBlock? otherwise,
    bool isRecursive, int line) : Statement
{
    public bool IsRecursive => isRecursive;

    public override Flow Execute(RenderState state)
    {
        state.Line = line;
        return Run(state, items.Evaluate(state), 0);
    }

    /// <summary>Runs the loop once more inside itself, for <c>loop(items)</c>, and returns what it writes.</summary>
    public Value RunInside(RenderState state, in Value inner, Scope outer, int depth)
    {
        state.Meter.EnterCall();
        Scope current = state.Scope;
        StringBuilder output = state.BeginCapture();
        state.Scope = outer;
        Run(state, inner, depth);
        state.Scope = current;
        string text = state.EndCapture(output);
        state.Meter.LeaveCall();
        return Value.Of(text);
    }

    private Flow Run(RenderState state, in Value sequence, int depth)
    {
        Scope outer = state.Scope;
        IEnumerator<Value> source = Iteration.Of(state, sequence);
        long? length = Iteration.Length(state.Meter, sequence);
        if (filter is not null)
        {
            (source, length) = (filter.Apply(state, source), null);
        }

        var loop = new LoopContext(this, state, source, length, outer, depth);
        Scope inner = state.Open(body.Layout, outer);
        bool any = false;
        while (loop.MoveNext())
        {
            any = true;
            state.Meter.Scan(inner.Slots.Length);
            inner.Clear();
            state.Scope = inner;
            inner.Slots[loopSlot] = Value.Of(loop);
            assign(state, loop.Current);
            Flow flow = body.Body.Execute(state);
            state.Scope = outer;
            if (flow == Flow.Break)
            {
                break;
            }
        }

        state.Scope = outer;
        return any || otherwise is null ? Flow.Next : otherwise.Execute(state);
    }
}

/// <summary>The <c>if</c> of a <c>for</c>: it is asked for each item just before the loop takes it.</summary>
internal sealed class LoopFilter(Action<RenderState, Value> assign, Expression test, ScopeLayout layout)
{
    public IEnumerator<Value> Apply(RenderState state, IEnumerator<Value> items)
    {
        Scope scope = state.Open(layout, state.Scope);
        while (items.MoveNext())
        {
            state.Meter.Step();
            Scope current = state.Scope;
            state.Scope = scope;
            assign(state, items.Current);
            bool passes = test.Evaluate(state).IsTrue;
            state.Scope = current;
            if (passes)
            {
                yield return items.Current;
            }
        }
    }
}
