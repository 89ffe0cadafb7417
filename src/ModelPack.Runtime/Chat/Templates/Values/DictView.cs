using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>What a dict's <c>keys()</c>, <c>values()</c> and <c>items()</c> give: it can be iterated again and again, and has a length.</summary>
internal sealed class DictView(DictValue dict, string part, Func<KeyValuePair<Value, Value>, Value> select) : TemplateObject
{
    public override string TypeName => "dict_" + part;

    public override long? Count => dict.Count;

    public override IEnumerator<Value> Iterate(RenderState state) => dict.Entries.Select(select).GetEnumerator();

    public override void Print(StringBuilder text, Meter meter)
    {
        text.Append(TypeName).Append('(');
        Printer.WriteRepr(text, meter, Value.List([.. dict.Entries.Select(select)]));
        text.Append(')');
    }
}
