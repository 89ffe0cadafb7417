using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of dicts that change nothing.</summary>
internal static class DictMethods
{
    public static Dictionary<string, Builtin> Table { get; } = Methods.ToTable(
        new("get", "key, default?", (state, a) => a[0].Dict.TryGet(state.Meter, a[1], out Value value) ? value : a[2].IsMissing ? Value.None : a[2]),
        new("keys", "", (_, a) => View(a[0], "keys", entry => entry.Key)),
        new("values", "", (_, a) => View(a[0], "values", entry => entry.Value)),
        new("items", "", (_, a) => View(a[0], "items", entry => Value.Tuple(entry.Key, entry.Value))),
        new("copy", "", (_, a) => a[0]),
        new("fromkeys", "keys, value?", FromKeys));

    private static Value View(in Value dict, string part, Func<KeyValuePair<Value, Value>, Value> select) =>
        Value.Of(new DictView(dict.Dict, part, select));

    private static Value FromKeys(RenderState state, Value[] a)
    {
        Value[] keys = Iteration.ToArray(state, a[1]);
        state.Meter.Items(keys.Length * 2L);
        var dict = new DictValue(keys.Length);
        foreach (Value key in keys)
        {
            dict.Set(state.Meter, key, a[2].IsMissing ? Value.None : a[2]);
        }

        return Value.Of(dict);
    }
}
