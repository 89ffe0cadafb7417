using System.Text;
using ModelPack.Runtime.Chat.Templates.Nodes;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>The variable <c>loop</c>. Items are taken from their source one by one, and one ahead where <c>last</c> or <c>nextitem</c> is read.</summary>
internal sealed class LoopContext : TemplateObject
{
    private static readonly Dictionary<string, Func<LoopContext, Value>> Attributes = new(StringComparer.Ordinal)
    {
        ["index"] = loop => Value.Of(loop._index + 1),
        ["index0"] = loop => Value.Of(loop._index),
        ["revindex"] = loop => Value.Of(loop.Length() - loop._index),
        ["revindex0"] = loop => Value.Of(loop.Length() - loop._index - 1),
        ["first"] = loop => Value.Of(loop._index == 0),
        ["last"] = loop => Value.Of(!loop.Peek()),
        ["length"] = loop => Value.Of(loop.Length()),
        ["previtem"] = loop => loop._previous.IsMissing ? Value.Undefined("there is no previous item") : loop._previous,
        ["nextitem"] = loop => loop.Peek() ? loop._next : Value.Undefined("there is no next item"),
        ["depth"] = loop => Value.Of((long)loop._depth + 1),
        ["depth0"] = loop => Value.Of((long)loop._depth),
        ["cycle"] = loop => Value.Of(new FunctionValue(new("cycle", (_, _, arguments) => loop.Cycle(arguments)))),
        ["changed"] = loop => Value.Of(new FunctionValue(new("changed", (state, _, arguments) => loop.Changed(state, arguments)))),
    };

    private readonly ForStatement _statement;
    private readonly RenderState _state;
    private readonly Scope _outer;
    private readonly int _depth;
    private IEnumerator<Value> _source;
    private long? _length;
    private long _index = -1;
    private bool _hasNext;
    private Value _next;
    private Value _previous;
    private Value _current;
    private Value[]? _lastChanged;

    public LoopContext(ForStatement statement, RenderState state, IEnumerator<Value> source, long? length, Scope outer, int depth)
    {
        _statement = statement;
        _state = state;
        _source = source;
        _length = length;
        _outer = outer;
        _depth = depth;
    }

    public override string TypeName => "LoopContext";

    public override bool IsTrue => true;

    public override bool IsCallable => true;

    public Value Current => _current;

    public bool MoveNext()
    {
        if (!Peek())
        {
            return false;
        }

        _previous = _current;
        _current = _next;
        _hasNext = false;
        _index++;
        return true;
    }

    public override Value Attribute(string name) => Attributes.TryGetValue(name, out Func<LoopContext, Value>? read) ? read(this) : default;

    public override Value Call(RenderState state, in Arguments arguments)
    {
        if (!_statement.IsRecursive)
        {
            throw TemplateFault.Evaluation("the loop must have the 'recursive' marker to be called recursively");
        }

        Value items = arguments.At(0, "iterable");
        return items.IsMissing
            ? throw TemplateFault.Evaluation("loop() is missing its argument 'iterable'")
            : _statement.RunInside(state, items, _outer, _depth + 1);
    }

    public override void Print(StringBuilder text, Meter meter) =>
        text.Append("<LoopContext ").Append(_index + 1).Append('/').Append(Length()).Append('>');

    private bool Peek()
    {
        if (!_hasNext && _source.MoveNext())
        {
            _next = _source.Current;
            _hasNext = true;
        }

        return _hasNext;
    }

    private long Length()
    {
        if (_length is null)
        {
            var rest = new List<Value>();
            long taken = _index + 1;
            if (_hasNext)
            {
                rest.Add(_next);
                _hasNext = false;
            }

            while (_source.MoveNext())
            {
                _state.Meter.Step();
                rest.Add(_source.Current);
            }

            _state.Meter.Items(rest.Count);
            _source = rest.GetEnumerator();
            _length = taken + rest.Count;
        }

        return _length.Value;
    }

    private Value Cycle(in Arguments arguments) => arguments.Positional.Length == 0
        ? throw TemplateFault.Evaluation("no items for cycling given")
        : arguments.Positional[_index % arguments.Positional.Length];

    private Value Changed(RenderState state, in Arguments arguments)
    {
        bool changed = _lastChanged is null
            || !Comparison.AreEqual(state.Meter, Value.Tuple(_lastChanged), Value.Tuple(arguments.Positional));
        _lastChanged = arguments.Positional;
        return Value.Of(changed);
    }
}
