using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of lists and tuples that change nothing.</summary>
internal static class ListMethods
{
    public static Dictionary<string, Builtin> Table { get; } = Methods.ToTable(
        new("count", "value", Count),
        new("index", "value, start?, stop?", Index),
        new("copy", "", (_, a) => a[0]));

    private static Value Count(RenderState state, Value[] a)
    {
        state.Meter.Work(a[0].Items.Length);
        return Value.Of((long)a[0].Items.Count(item => Comparison.AreEqual(state.Meter, item, a[1])));
    }

    private static Value Index(RenderState state, Value[] a)
    {
        Value[] items = a[0].Items;
        state.Meter.Work(items.Length);
        (int from, int to) = Argument.Bounds(a[2], a[3], items.Length);
        for (int i = from; i < to; i++)
        {
            if (Comparison.AreEqual(state.Meter, items[i], a[1]))
            {
                return Value.Of((long)i);
            }
        }

        throw TemplateFault.Evaluation("the value is not in the list");
    }
}
