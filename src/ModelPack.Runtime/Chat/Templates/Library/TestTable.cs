using System.Globalization;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>All tests, what may follow <c>is</c>, by name.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, Builtin> Tests = Build();

    public static Builtin? Find(string name) => Tests.GetValueOrDefault(name);

    private static Dictionary<string, Builtin> Build()
    {
        Dictionary<string, Builtin> table = Methods.ToTable(
            Kind("defined", value => !value.IsUndefined),
            Kind("undefined", value => value.IsUndefined),
            Kind("none", value => value.IsNone),
            Kind("true", value => value.Kind == ValueKind.Boolean && value.IsTrue),
            Kind("false", value => value.Kind == ValueKind.Boolean && !value.IsTrue),
            Kind("boolean", value => value.Kind == ValueKind.Boolean),
            Kind("integer", value => value.Kind is ValueKind.Integer or ValueKind.BigInteger),
            Kind("float", value => value.Kind == ValueKind.Float),
            Kind("number", value => value.IsNumber),
            Kind("string", value => value.IsText),
            Kind("mapping", value => value.Kind == ValueKind.Dict),
            Kind("sequence", IsSequence),
            Kind("callable", value => value.IsUndefined || (value.Kind == ValueKind.Object && value.Object.IsCallable)),
            Kind("escaped", value => value.Kind == ValueKind.Markup),
            new("iterable", "", (state, a) => Value.Of(Iteration.IsIterable(a[0], state))),
            new("lower", "", (state, a) => Value.Of(Casing.IsAll(Argument.Printed(state, a[0]), UnicodeCategory.LowercaseLetter))),
            new("upper", "", (state, a) => Value.Of(Casing.IsAll(Argument.Printed(state, a[0]), UnicodeCategory.UppercaseLetter))),
            new("odd", "", (state, a) => Value.Of(Remainder(state, a[0], Value.Of(2L), 1))),
            new("even", "", (state, a) => Value.Of(Remainder(state, a[0], Value.Of(2L), 0))),
            new("divisibleby", "num", (state, a) => Value.Of(Remainder(state, a[0], a[1], 0))),
            new("filter", "", (state, a) => Value.Of(IsName(a[0]) && FilterTable.Find(a[0].Text) is not null)),
            new("test", "", (state, a) => Value.Of(IsName(a[0]) && Find(a[0].Text) is not null)),
            new("sameas", "other", (_, a) => Value.Of(AreSame(a[0], a[1]))),
            new("in", "seq", (state, a) => Value.Of(Comparison.Contains(state, a[1], a[0]))),
            new("eq", "other", (state, a) => Value.Of(Comparison.AreEqual(state.Meter, a[0], a[1]))),
            new("ne", "other", (state, a) => Value.Of(!Comparison.AreEqual(state.Meter, a[0], a[1]))),
            new("lt", "other", (state, a) => Value.Of(Comparison.Order(state.Meter, a[0], a[1], "<") < 0)),
            new("le", "other", (state, a) => Value.Of(Comparison.Order(state.Meter, a[0], a[1], "<=") <= 0)),
            new("gt", "other", (state, a) => Value.Of(Comparison.Order(state.Meter, a[0], a[1], ">") > 0)),
            new("ge", "other", (state, a) => Value.Of(Comparison.Order(state.Meter, a[0], a[1], ">=") >= 0)));
        (string Alias, string Name)[] aliases =
        [
            ("==", "eq"), ("equalto", "eq"), ("!=", "ne"), ("<", "lt"), ("lessthan", "lt"), ("<=", "le"),
            (">", "gt"), ("greaterthan", "gt"), (">=", "ge"),
        ];
        foreach ((string alias, string name) in aliases)
        {
            table.Add(alias, table[name]);
        }

        return table;
    }

    private static Builtin Kind(string name, Func<Value, bool> test) => new(name, "", (_, a) => Value.Of(test(a[0])));

    private static bool IsSequence(Value value) => value.Kind switch
    {
        ValueKind.Text or ValueKind.Markup or ValueKind.List or ValueKind.Tuple or ValueKind.Dict or ValueKind.Undefined => true,
        ValueKind.Object => value.Object.IsSequence,
        _ => false,
    };

    /// <summary>True for a text; a value that could not be a key of the table is a fault, as in Python.</summary>
    private static bool IsName(in Value value)
    {
        _ = KeyComparer.Instance.GetHashCode(value);
        return value.IsText;
    }

    private static bool Remainder(RenderState state, in Value value, in Value divisor, long wanted) =>
        Comparison.AreEqual(state.Meter, Arithmetic.Modulo(state, value, divisor), Value.Of(wanted));

    private static bool AreSame(in Value left, in Value right) => left.Kind == right.Kind && left.Kind switch
    {
        ValueKind.Integer or ValueKind.Boolean or ValueKind.Float => left.Integer == right.Integer,
        ValueKind.Text => left.Text == right.Text,
        ValueKind.None => true,
        _ => ReferenceEquals(left.Reference, right.Reference),
    };
}
