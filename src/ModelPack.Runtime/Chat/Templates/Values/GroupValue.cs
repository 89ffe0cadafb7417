using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>One group of <c>groupby</c>: a pair that also answers to <c>grouper</c> and <c>list</c>.</summary>
internal sealed class GroupValue(Value grouper, Value list) : TemplateObject
{
    public override string TypeName => "_GroupTuple";

    public override long? Count => 2;

    public override bool IsSequence => true;

    public override Value Attribute(string name) => name switch
    {
        "grouper" => grouper,
        "list" => list,
        _ => default,
    };

    public override Value Item(RenderState state, in Value key) => key.Kind is not (ValueKind.Integer or ValueKind.Boolean) ? default : key.Integer switch
    {
        0 or -2 => grouper,
        1 or -1 => list,
        _ => default,
    };

    public override IEnumerator<Value> Iterate(RenderState state) => ((IEnumerable<Value>)[grouper, list]).GetEnumerator();

    public override void Print(StringBuilder text, Meter meter) => Printer.WriteRepr(text, meter, Value.Tuple(grouper, list));
}
