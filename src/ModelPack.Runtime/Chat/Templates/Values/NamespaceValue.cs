using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Jinja's <c>namespace</c>: the one thing a template can change, by <c>{% set ns.x = … %}</c>.</summary>
internal sealed class NamespaceValue(DictValue fields) : TemplateObject
{
    public override string TypeName => "TemplateNamespace";

    public override bool IsTrue => true;

    public override Value Attribute(string name) => fields.TryGet(name, out Value value) ? value : default;

    public override Value Item(RenderState state, in Value key) => fields.TryGet(state.Meter, key, out Value value) ? value : default;

    public void Set(string name, in Value value)
    {
        RequireName(name);
        fields.Set(name, value);
    }

    public static void RequireName(string name)
    {
        if (name.StartsWith('_'))
        {
            throw TemplateFault.Evaluation($"a namespace cannot store the name '{name}', because it begins with an underscore");
        }
    }

    public override void Print(StringBuilder text, Meter meter)
    {
        text.Append("<Namespace ");
        Printer.WriteRepr(text, meter, Value.Of(fields));
        text.Append('>');
    }
}
