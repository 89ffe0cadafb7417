using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The argument <c>attribute</c> of filters: a path such as <c>a.b.0</c>, or a number.</summary>
internal static class Attributes
{
    /// <summary>Reads an attribute path from items; what is missing becomes the default, if there is one.</summary>
    public static Func<Value, Value> Reader(RenderState state, Value attribute, Value whenMissing = default)
    {
        Value[] keys = attribute.IsText
            ? [.. attribute.Text.Split('.').Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? Value.Of(NumberText.ParseWhole(part, 10) ?? 0) : Value.Of(part))]
            : [attribute];
        return item =>
        {
            foreach (Value key in keys)
            {
                item = Access.Item(state, item, key);
                if (item.IsUndefined && !whenMissing.IsMissing)
                {
                    item = whenMissing;
                }
            }

            return item;
        };
    }

    /// <summary>The key that items are sorted or compared by: the item or its attribute, without case unless asked for.</summary>
    public static Func<Value, Value> Key(RenderState state, Value attribute, bool caseSensitive, Value whenMissing = default)
    {
        Value Fold(Value value) => !caseSensitive && value.IsText ? Value.Of(Casing.Lower(value.Text)) : value;
        if (attribute.IsMissing || attribute.IsNone)
        {
            return Fold;
        }

        Func<Value, Value>[] readers = attribute.IsText
            ? [.. attribute.Text.Split(',').Select(path => Reader(state, Value.Of(path), whenMissing))]
            : [Reader(state, attribute, whenMissing)];
        return readers.Length == 1
            ? item => Fold(readers[0](item))
            : item => Value.List([.. readers.Select(reader => Fold(reader(item)))]);
    }
}
