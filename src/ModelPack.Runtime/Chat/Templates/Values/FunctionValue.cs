using System.Text;
using ModelPack.Runtime.Chat.Templates.Library;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>A global function such as <c>range</c>.</summary>
internal sealed class FunctionValue(Builtin function) : TemplateObject
{
    public override string TypeName => "function";

    public override bool IsCallable => true;

    public override Value Call(RenderState state, in Arguments arguments) => function.Invoke(state, default, arguments);

    public override void Print(StringBuilder text, Meter meter) => text.Append("<function ").Append(function.Name).Append('>');
}
