using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Keys and values of a GGUF file in the order in which they are added.</summary>
internal sealed class MetadataList
{
    private readonly List<KeyValuePair<string, GgufValue>> _pairs = [];

    /// <summary>What was added.</summary>
    public IReadOnlyList<KeyValuePair<string, GgufValue>> Pairs => _pairs;

    public void Add(string key, string value) => AddSingle(key, GgufValueType.Text, value);

    public void Add(string key, bool value) => AddSingle(key, GgufValueType.Bool, value);

    public void Add(string key, float value) => AddSingle(key, GgufValueType.Float32, value);

    /// <summary>Sizes and ids are unsigned 32-bit numbers everywhere.</summary>
    public void Add(string key, int value) => AddSingle(key, GgufValueType.UInt32, checked((uint)value));

    public void Add(string key, string[] values) => AddArray(key, GgufValueType.Text, values);

    public void Add(string key, int[] values) => AddArray(key, GgufValueType.Int32, values);

    public void Add(string key, float[] values) => AddArray(key, GgufValueType.Float32, values);

    private void AddSingle(string key, GgufValueType type, object value) => _pairs.Add(KeyValuePair.Create(key, new GgufValue(type, type, value)));

    private void AddArray(string key, GgufValueType element, object values) => _pairs.Add(KeyValuePair.Create(key, new GgufValue(GgufValueType.Array, element, values)));
}
