using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The argument <c>attribute</c> of filters: a path such as <c>a.b.0</c>, or a number.</summary>
internal static class Attributes
{
    /// <summary>Reads an attribute path from items; what is missing becomes the default, if there is one.</summary>
    public static Func<Value, Value> Reader(RenderState state, Value attribute, Value whenMissing = default)
    {
        ChargeParts(state, attribute);
        Value[] keys = attribute.IsText
            ? [.. attribute.Text.Split('.').Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? Value.Of(NumberText.ParseWhole(part, 10) ?? 0) : Value.Of(part))]
            : [attribute];
        return item =>
        {
            foreach (Value key in keys)
            {
                state.Meter.Step();
                item = Access.Item(state, item, key);
                if (item.IsUndefined && !whenMissing.IsMissing)
                {
                    item = whenMissing;
                }
            }

            return item;
        };
    }

    /// <summary>The key that items are compared by: the item or its attribute, without case unless asked for.</summary>
    public static Func<Value, Value> Key(RenderState state, Value attribute, bool caseSensitive, Value whenMissing = default)
    {
        if (attribute.IsMissing || attribute.IsNone)
        {
            return value => Fold(value, caseSensitive);
        }

        Func<Value, Value> read = Reader(state, attribute, whenMissing);
        return item => Fold(read(item), caseSensitive);
    }

    /// <summary>The key that items are sorted by: a list of one or more attributes, separated by commas.</summary>
    public static Func<Value, Value> SortKey(RenderState state, Value attribute, bool caseSensitive)
    {
        ChargeParts(state, attribute);
        Func<Value, Value>[] readers = attribute.IsText
            ? [.. attribute.Text.Split(',').Select(path => Key(state, Value.Of(path), caseSensitive))]
            : [Key(state, attribute, caseSensitive)];
        return item => Value.List([.. readers.Select(read => read(item))]);
    }

    private static void ChargeParts(RenderState state, in Value attribute) => state.Meter.Items(attribute.IsText ? attribute.Text.Length : 1);

    private static Value Fold(in Value value, bool caseSensitive) =>
        !caseSensitive && value.IsText ? Value.Of(Casing.Lower(value.Text)) : value;
}
