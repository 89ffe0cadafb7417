namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>An ordered dict. It is filled by whoever makes it and does not change once a template sees it.</summary>
internal sealed class DictValue(int capacity = 0)
{
    private readonly OrderedDictionary<Value, Value> _entries = new(capacity, KeyComparer.Instance);

    public int Count => _entries.Count;

    public IEnumerable<KeyValuePair<Value, Value>> Entries => _entries;

    public OrderedDictionary<Value, Value>.KeyCollection Keys => _entries.Keys;

    public KeyValuePair<Value, Value> this[int index] => _entries.GetAt(index);

    /// <summary>Sets a value; a key that is there already keeps its place and its form, as in Python (1, 1.0 and True are one key).</summary>
    public void Set(in Value key, in Value value) => _entries[key] = value;

    public void Set(string key, in Value value) => _entries[Value.Of(key)] = value;

    /// <summary>As <see cref="Set(in Value, in Value)"/>, for keys that a template made: their hashing is charged.</summary>
    public void Set(Meter meter, in Value key, in Value value)
    {
        KeyComparer.Charge(meter, key);
        _entries[key] = value;
    }

    /// <summary>Looks a key up that a template made; its hashing is charged.</summary>
    public bool TryGet(Meter meter, in Value key, out Value value)
    {
        KeyComparer.Charge(meter, key);
        return _entries.TryGetValue(key, out value);
    }

    public bool TryGet(string key, out Value value) => _entries.TryGetValue(Value.Of(key), out value);

    public void AddAll(DictValue other)
    {
        foreach (KeyValuePair<Value, Value> entry in other._entries)
        {
            _entries[entry.Key] = entry.Value;
        }
    }
}
