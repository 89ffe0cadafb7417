using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>A built-in filter, test, method or global function: a line in one of the tables of this folder.</summary>
internal sealed class Builtin
{
    private readonly Parameters? _parameters;
    private readonly Func<RenderState, Value[], Value>? _bound;
    private readonly Func<RenderState, Value, Arguments, Value>? _free;

    /// <summary>A function of fixed parameters; its array holds the receiver, if there is one, and one value for each parameter.</summary>
    public Builtin(string name, string parameters, Func<RenderState, Value[], Value> body)
    {
        Name = name;
        _parameters = new Parameters(parameters);
        _bound = body;
    }

    /// <summary>A function that takes any arguments.</summary>
    public Builtin(string name, Func<RenderState, Value, Arguments, Value> body)
    {
        Name = name;
        _free = body;
    }

    public string Name { get; }

    /// <summary>Calls the function, and charges the reading of its texts; what it makes it charges itself.</summary>
    public Value Invoke(RenderState state, in Value receiver, in Arguments arguments)
    {
        Charge(state.Meter, receiver);
        foreach (Value argument in arguments.Positional)
        {
            Charge(state.Meter, argument);
        }

        return _bound is null
            ? _free!(state, receiver, arguments)
            : _bound(state, _parameters!.Bind(Name, receiver, arguments));
    }

    private static void Charge(Meter meter, in Value value) => meter.Scan(value.IsText ? value.Text.Length : 0);
}
