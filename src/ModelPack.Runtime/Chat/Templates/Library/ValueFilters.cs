using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Filters for any value.</summary>
internal static class ValueFilters
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("default", "default_value?, boolean?", Default),
        new("attr", "name", (state, a) => Attribute(a[0], Argument.Printed(state, a[1]))),
        new("tojson", "ensure_ascii?, indent?, separators?, sort_keys?", ToJson),
        new("pprint", "", (state, a) => Value.Of(Printer.Repr(state.Meter, a[0]))),
    ];

    private static Value Default(RenderState state, Value[] a) => a[0].IsUndefined || (Argument.Flag(a[2]) && !a[0].IsTrue)
        ? a[1].IsMissing ? Value.EmptyText : a[1]
        : a[0];

    private static Value Attribute(in Value target, string name)
    {
        Argument.RequireDefined(target);
        if (Methods.Find(target, name) is { } method)
        {
            return Value.Of(new BoundMethod(target, method));
        }

        Value found = target.Kind == ValueKind.Object ? target.Object.Attribute(name) : default;
        return found.IsMissing ? Value.Undefined(UndefinedReason.Member(target, name)) : found;
    }

    private static Value ToJson(RenderState state, Value[] a)
    {
        bool isIndented = !a[2].IsMissing && !a[2].IsNone;
        (string itemSeparator, string keySeparator) = (isIndented ? "," : ", ", ": ");
        if (!a[3].IsMissing && !a[3].IsNone)
        {
            Value[] separators = Iteration.ToArray(state, a[3]);
            (itemSeparator, keySeparator) = separators.Length == 2
                ? (Argument.Text(separators[0], "tojson"), Argument.Text(separators[1], "tojson"))
                : throw TemplateFault.Evaluation("tojson: separators must be two texts");
        }

        var writer = new JsonText(state.Meter)
        {
            EnsureAscii = Argument.Flag(a[1]),
            Indent = isIndented ? Indent(state, a[2]) : null,
            ItemSeparator = itemSeparator,
            KeySeparator = keySeparator,
            SortKeys = Argument.Flag(a[4]),
        };
        return Value.Of(writer.Write(a[0]));
    }

    private static string Indent(RenderState state, in Value indent)
    {
        if (indent.IsText)
        {
            return indent.Text;
        }

        long width = Math.Max(0, Argument.Whole(indent));
        state.Meter.Text(width);
        return new string(' ', (int)width);
    }
}
