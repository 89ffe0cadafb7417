using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>A value with behaviour of its own: macros, functions, namespaces, ranges, iterators.</summary>
internal abstract class TemplateObject
{
    /// <summary>Python's name of the type, as its error messages print it.</summary>
    public abstract string TypeName { get; }

    public virtual bool IsTrue => Count is null or > 0;

    public virtual bool IsCallable => false;

    /// <summary>Number of items, or null where Python's <c>len()</c> refuses.</summary>
    public virtual long? Count => null;

    /// <summary>True where items can be read by index, as <c>is sequence</c> asks.</summary>
    public virtual bool IsSequence => false;

    /// <summary>An attribute, or missing.</summary>
    public virtual Value Attribute(string name) => default;

    /// <summary>An item by key, or missing.</summary>
    public virtual Value Item(RenderState state, in Value key) => default;

    /// <summary>A fresh pass over the items, or null where this cannot be iterated.</summary>
    public virtual IEnumerator<Value>? Iterate(RenderState state) => null;

    public virtual Value Call(RenderState state, in Arguments arguments) =>
        throw TemplateFault.Evaluation($"'{TypeName}' object is not callable");

    /// <summary>What Python's <c>repr()</c> gives.</summary>
    public virtual void Print(StringBuilder text, Meter meter) => text.Append('<').Append(TypeName).Append(" object>");
}
