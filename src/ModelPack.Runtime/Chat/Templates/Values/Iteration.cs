using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Python's <c>iter()</c>, <c>len()</c> and <c>list()</c>.</summary>
internal static class Iteration
{
    /// <summary>A pass over the items of a value; a fault where it has none.</summary>
    public static IEnumerator<Value> Of(RenderState state, in Value value) =>
        TryOf(state, value) ?? throw TemplateFault.Evaluation($"'{value.TypeName}' object is not iterable");

    public static IEnumerator<Value>? TryOf(RenderState state, in Value value) => value.Kind switch
    {
        ValueKind.List or ValueKind.Tuple => ((IEnumerable<Value>)value.Items).GetEnumerator(),
        ValueKind.Dict => value.Dict.Keys.GetEnumerator(),
        ValueKind.Text or ValueKind.Markup => Characters(value.Text),
        ValueKind.Undefined => ((IEnumerable<Value>)Array.Empty<Value>()).GetEnumerator(),
        ValueKind.Object => value.Object.Iterate(state),
        _ => null,
    };

    public static bool IsIterable(in Value value, RenderState state) => value.Kind switch
    {
        ValueKind.List or ValueKind.Tuple or ValueKind.Dict or ValueKind.Text or ValueKind.Markup or ValueKind.Undefined => true,
        ValueKind.Object => value.Object.Iterate(state) is not null,
        _ => false,
    };

    /// <summary>Number of items, or null where the value has no length.</summary>
    public static long? Length(Meter meter, in Value value) => value.Kind switch
    {
        ValueKind.List or ValueKind.Tuple => value.Items.Length,
        ValueKind.Dict => value.Dict.Count,
        ValueKind.Text or ValueKind.Markup => TextLength(meter, value.Text),
        ValueKind.Undefined => 0,
        ValueKind.Object => value.Object.Count,
        _ => null,
    };

    /// <summary>All items; the array is shared with the value where it is a list or tuple.</summary>
    public static Value[] ToArray(RenderState state, in Value value)
    {
        if (value.IsSequence)
        {
            return value.Items;
        }

        using IEnumerator<Value> items = Of(state, value);
        var list = new List<Value>();
        while (items.MoveNext())
        {
            state.Meter.Step();
            if (list.Count == list.Capacity)
            {
                state.Meter.Items(Math.Max(4, list.Count));
            }

            list.Add(items.Current);
        }

        return [.. list];
    }

    private static long TextLength(Meter meter, string text)
    {
        meter.Scan(text.Length);
        return CodePoints.Count(text);
    }

    private static IEnumerator<Value> Characters(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            int size = CodePoints.SizeAt(text, i);
            yield return Value.Of(CodePoints.Single(text, i, size));
            i += size;
        }
    }
}
