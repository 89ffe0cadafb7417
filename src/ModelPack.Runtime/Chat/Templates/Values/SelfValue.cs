using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>The name <c>self</c>, which in Jinja stands for the template and its blocks.</summary>
internal sealed class SelfValue : TemplateObject
{
    public override string TypeName => "TemplateReference";

    public override bool IsTrue => true;

    public override void Print(StringBuilder text, Meter meter) => text.Append("<TemplateReference None>");
}
