using System.Text;
using ModelPack.Runtime.Chat.Templates.Nodes;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>A macro, or the body of a call block, together with the variables of the place where it is defined.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope outer) : TemplateObject
{
    public override string TypeName => "Macro";

    public override bool IsTrue => true;

    public override bool IsCallable => true;

    public override Value Attribute(string name) => name switch
    {
        "name" => definition.Name is null ? Value.None : Value.Of(definition.Name),
        "arguments" => Value.Tuple([.. definition.Parameters.Select(Value.Of)]),
        "catch_kwargs" => Value.Of(definition.KeywordsSlot >= 0),
        "catch_varargs" => Value.Of(definition.RestSlot >= 0),
        "caller" => Value.Of(definition.CallerSlot >= 0),
        _ => default,
    };

    public override Value Call(RenderState state, in Arguments arguments)
    {
        state.Meter.EnterCall();
        Scope calling = state.Scope;
        Scope scope = state.Open(definition.Layout, outer);
        definition.Bind(scope, arguments);
        state.Scope = scope;
        StringBuilder output = state.BeginCapture();
        definition.SetDefaults(state);
        definition.Body.Execute(state);
        string text = state.EndCapture(output);
        state.Scope = calling;
        state.Meter.LeaveCall();
        return Value.Of(text);
    }

    public override void Print(StringBuilder text, Meter meter) => text.Append("<Macro ").Append(definition.DisplayName).Append('>');
}
