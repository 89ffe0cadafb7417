using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of built-in types, and those that the sandbox hides because they would change a value.</summary>
internal static class Methods
{
    private static readonly HashSet<string> UnsafeOnLists =
        ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];

    private static readonly HashSet<string> UnsafeOnDicts = ["clear", "pop", "popitem", "setdefault", "update"];

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

    public static bool IsUnsafe(in Value target, string name) => name.StartsWith("__", StringComparison.Ordinal) || target.Kind switch
    {
        ValueKind.List => UnsafeOnLists.Contains(name),
        ValueKind.Dict => UnsafeOnDicts.Contains(name),
        _ => false,
    };

    public static Dictionary<string, Builtin> ToTable(params Builtin[] builtins) =>
        builtins.ToDictionary(builtin => builtin.Name, StringComparer.Ordinal);
}
