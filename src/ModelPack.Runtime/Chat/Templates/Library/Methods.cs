using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of built-in types, and those that the sandbox hides because they would change a value.</summary>
internal static class Methods
{
    private static readonly HashSet<string> UnsafeOnLists =
        ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];

    private static readonly HashSet<string> UnsafeOnDicts = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary>What every object of Python has.</summary>
    private static readonly HashSet<string> UnsafeOnAll =
    [
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__", "__gt__",
        "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__",
        "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ];

    public static Builtin? Find(in Value target, string name)
    {
        Dictionary<string, Builtin>? table = target.Kind switch
        {
            ValueKind.Text or ValueKind.Markup => TextMethods.Table,
            ValueKind.Dict => DictMethods.Table,
            ValueKind.List or ValueKind.Tuple => ListMethods.Table,
            ValueKind.Boolean or ValueKind.Integer or ValueKind.BigInteger => NumberMethods.Whole,
            ValueKind.Float => NumberMethods.Float,
            _ => null,
        };
        return table is not null && table.TryGetValue(name, out Builtin? method) ? method : null;
    }

    public static bool IsUnsafe(in Value target, string name) => (name.StartsWith('_') && UnsafeOnAll.Contains(name)) || target.Kind switch
    {
        ValueKind.List => UnsafeOnLists.Contains(name),
        ValueKind.Dict => UnsafeOnDicts.Contains(name),
        _ => false,
    };

    public static Dictionary<string, Builtin> ToTable(params Builtin[] builtins) =>
        builtins.ToDictionary(builtin => builtin.Name, StringComparer.Ordinal);
}
