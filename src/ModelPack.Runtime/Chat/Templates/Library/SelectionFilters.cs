using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary><c>map</c>, <c>select</c>, <c>reject</c>, <c>selectattr</c> and <c>rejectattr</c>: lazy, like Jinja's.</summary>
internal static class SelectionFilters
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("map", (state, value, arguments) => SequenceFilters.Lazy(Map(state, value, arguments))),
        new("select", (state, value, arguments) => SequenceFilters.Lazy(Select(state, value, arguments, byAttribute: false, wanted: true))),
        new("reject", (state, value, arguments) => SequenceFilters.Lazy(Select(state, value, arguments, byAttribute: false, wanted: false))),
        new("selectattr", (state, value, arguments) => SequenceFilters.Lazy(Select(state, value, arguments, byAttribute: true, wanted: true))),
        new("rejectattr", (state, value, arguments) => SequenceFilters.Lazy(Select(state, value, arguments, byAttribute: true, wanted: false))),
    ];

    private static IEnumerable<Value> Map(RenderState state, Value value, Arguments arguments)
    {
        if (!value.IsTrue)
        {
            yield break;
        }

        Func<Value, Value> map = Mapping(state, arguments);
        foreach (Value item in SequenceFilters.Each(state, value))
        {
            yield return map(item);
        }
    }

    private static Func<Value, Value> Mapping(RenderState state, Arguments arguments)
    {
        if (arguments.Positional.Length > 0)
        {
            string name = Printer.Text(state.Meter, arguments.Positional[0]);
            Builtin filter = FilterTable.Find(name) ?? throw TemplateFault.Evaluation($"no filter named '{name}'");
            Arguments rest = arguments.Skip(1);
            return item => filter.Invoke(state, item, rest);
        }

        Value attribute = arguments.At(0, "attribute");
        return attribute.IsMissing
            ? throw TemplateFault.Evaluation("map requires a filter argument")
            : Attributes.Reader(state, attribute, arguments.At(0, "default"));
    }

    private static IEnumerable<Value> Select(RenderState state, Value value, Arguments arguments, bool byAttribute, bool wanted)
    {
        if (!value.IsTrue)
        {
            yield break;
        }

        if (byAttribute && arguments.Positional.Length == 0)
        {
            throw TemplateFault.Evaluation("missing parameter for attribute name");
        }

        Func<Value, Value>? read = byAttribute ? Attributes.Reader(state, arguments.Positional[0]) : null;
        Func<Value, bool> test = Test(state, byAttribute ? arguments.Skip(1) : arguments);
        foreach (Value item in SequenceFilters.Each(state, value))
        {
            if (test(read is null ? item : read(item)) == wanted)
            {
                yield return item;
            }
        }
    }

    private static Func<Value, bool> Test(RenderState state, Arguments arguments)
    {
        if (arguments.Positional.Length == 0)
        {
            return item => item.IsTrue;
        }

        string name = Printer.Text(state.Meter, arguments.Positional[0]);
        Builtin test = TestTable.Find(name) ?? throw TemplateFault.Evaluation($"no test named '{name}'");
        Arguments rest = arguments.Skip(1);
        return item => test.Invoke(state, item, rest).IsTrue;
    }
}
