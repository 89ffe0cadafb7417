namespace ModelPack.Formats.Gguf;

/// <summary>One metadata value. Immutable, thread-safe.</summary>
/// <param name="Type">Its type in the file.</param>
/// <param name="ElementType">Type of an array's elements; equal to <paramref name="Type"/> for a single value.</param>
/// <param name="Content">The .NET value of that type (<see cref="byte"/> for UInt8, <see cref="string"/> for Text ...), or an array of them: <c>string[]</c>, <c>float[]</c> ... Not to be written to.</param>
public sealed record GgufValue(GgufValueType Type, GgufValueType ElementType, object Content)
{
    private static readonly Dictionary<Type, GgufValueType> Types = new()
    {
        [typeof(byte)] = GgufValueType.UInt8,
        [typeof(sbyte)] = GgufValueType.Int8,
        [typeof(ushort)] = GgufValueType.UInt16,
        [typeof(short)] = GgufValueType.Int16,
        [typeof(uint)] = GgufValueType.UInt32,
        [typeof(int)] = GgufValueType.Int32,
        [typeof(float)] = GgufValueType.Float32,
        [typeof(bool)] = GgufValueType.Bool,
        [typeof(string)] = GgufValueType.Text,
        [typeof(ulong)] = GgufValueType.UInt64,
        [typeof(long)] = GgufValueType.Int64,
        [typeof(double)] = GgufValueType.Float64,
    };

    /// <summary>The value whose type in the file is that of a .NET value: <c>Of(4u)</c> is a UInt32, <c>Of(new float[3])</c> an array of Float32.</summary>
    /// <param name="content">A number, truth value or text, or an array of one type of them.</param>
    /// <exception cref="ArgumentException">GGUF has no such type.</exception>
    public static GgufValue Of(object content)
    {
        ArgumentNullException.ThrowIfNull(content);
        Type type = content.GetType();
        return Types.TryGetValue(type.GetElementType() ?? type, out GgufValueType element)
            ? new GgufValue(type.IsArray ? GgufValueType.Array : element, element, content)
            : throw new ArgumentException($"GGUF metadata has no type for {type.Name}.", nameof(content));
    }
}
