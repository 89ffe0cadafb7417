namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Jinja's <c>cycler(…)</c>: <c>next()</c> walks round the items, <c>reset()</c> goes back to the first.</summary>
internal sealed class CyclerValue(Value[] items) : TemplateObject
{
    private int _position;

    public override string TypeName => "Cycler";

    public override bool IsTrue => true;

    public override Value Attribute(string name) => name switch
    {
        "current" => items[_position],
        "next" => Value.Of(new FunctionValue(new("next", "", (_, _) => Advance()))),
        "reset" => Value.Of(new FunctionValue(new("reset", "", (_, _) => Reset()))),
        _ => default,
    };

    private Value Advance()
    {
        Value current = items[_position];
        _position = (_position + 1) % items.Length;
        return current;
    }

    private Value Reset()
    {
        _position = 0;
        return Value.None;
    }
}
