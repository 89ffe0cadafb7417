using System.Text;
using ModelPack.Runtime.Chat.Templates.Library;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>A method read from a value but not called at once.</summary>
internal sealed class BoundMethod(Value receiver, Builtin method) : TemplateObject
{
    public override string TypeName => "builtin_function_or_method";

    public override bool IsCallable => true;

    public override Value Call(RenderState state, in Arguments arguments) => method.Invoke(state, receiver, arguments);

    public override void Print(StringBuilder text, Meter meter) =>
        text.Append("<built-in method ").Append(method.Name).Append(" of ").Append(receiver.TypeName).Append(" object>");
}
