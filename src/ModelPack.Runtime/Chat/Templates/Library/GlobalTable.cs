using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The functions that every template can call: Jinja's and the two of transformers.</summary>
internal static class GlobalTable
{
    private static readonly Dictionary<string, Value> Globals = Build();

    public static bool TryFind(string name, out Value value) => Globals.TryGetValue(name, out value);

    private static Dictionary<string, Value> Build()
    {
        Dictionary<string, Value> globals = Functions.ToDictionary(function => function.Name, function => Value.Of(new FunctionValue(function)));
        globals.Add("self", Value.Of(new SelfValue()));
        return globals;
    }

    private static Builtin[] Functions =>
    [
        new("range", "start, stop?, step?", Range),
        new("dict", (state, _, arguments) => Value.Of(Dict(state, arguments))),
        new("namespace", (state, _, arguments) => Namespace(state, arguments)),
        new("cycler", (_, _, arguments) => arguments.Positional.Length > 0
            ? Value.Of(new CyclerValue(arguments.Positional))
            : throw TemplateFault.Evaluation("at least one item has to be provided")),
        new("joiner", "sep?", (_, a) => Value.Of(new JoinerValue(a[0].IsMissing ? Value.Of(", ") : a[0]))),
        new("lipsum", (_, _, _) => throw TemplateFault.Evaluation("lipsum() is not available in chat templates")),
        new("raise_exception", "message", (state, a) => throw new TemplateFault(TemplateErrors.Raised, Argument.Printed(state, a[0]))),
        new("strftime_now", "format", StrftimeNow),
    ];

    private static Value Range(RenderState state, Value[] a) => Value.Of(a[1].IsMissing
        ? new RangeValue(0, Argument.Whole(a[0]), 1)
        : new RangeValue(Argument.Whole(a[0]), Argument.Whole(a[1]), Argument.Whole(a[2], 1)));

    private static DictValue Dict(RenderState state, in Arguments arguments)
    {
        if (arguments.Positional.Length > 1)
        {
            throw TemplateFault.Evaluation($"dict expected at most 1 argument, got {arguments.Positional.Length}");
        }

        var dict = new DictValue();
        if (arguments.Positional is [var source])
        {
            AddEntries(state, dict, source);
        }

        foreach (KeyValuePair<string, Value> pair in arguments.Named)
        {
            dict.Set(pair.Key, pair.Value);
        }

        return dict;
    }

    private static void AddEntries(RenderState state, DictValue dict, in Value source)
    {
        if (source.Kind == ValueKind.Dict)
        {
            state.Meter.Items(source.Dict.Count * 2L);
            dict.AddAll(source.Dict);
            return;
        }

        foreach (Value pair in SequenceFilters.Each(state, source))
        {
            Value[] parts = Iteration.ToArray(state, pair);
            if (parts.Length != 2)
            {
                throw TemplateFault.Evaluation($"a dict is made from pairs, not from {parts.Length} items");
            }

            state.Meter.Items(2);
            dict.Set(state.Meter, parts[0], parts[1]);
        }
    }

    private static Value Namespace(RenderState state, in Arguments arguments)
    {
        DictValue fields = Dict(state, arguments);
        foreach (Value key in fields.Keys)
        {
            if (key.IsText)
            {
                NamespaceValue.RequireName(key.Text);
            }
        }

        return Value.Of(new NamespaceValue(fields));
    }

    private static Value StrftimeNow(RenderState state, Value[] a)
    {
        string format = Argument.Text(a[0], "strftime_now");
        state.Meter.Text(format.Length * 25L);
        return Value.Of(StrftimeText.Format(format, state.Clock.GetLocalNow().DateTime));
    }
}
