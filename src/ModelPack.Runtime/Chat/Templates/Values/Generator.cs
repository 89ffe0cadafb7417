using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Items that are made as they are asked for and can be read once, as Jinja's <c>map</c>, <c>select</c> and others give.</summary>
internal sealed class Generator(IEnumerable<Value> items) : TemplateObject
{
    private readonly IEnumerator<Value> _items = items.GetEnumerator();

    public override string TypeName => "generator";

    public override bool IsTrue => true;

    public override IEnumerator<Value> Iterate(RenderState state) => _items;

    public override void Print(StringBuilder text, Meter meter) => text.Append("<generator object>");
}
