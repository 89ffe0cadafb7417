namespace ModelPack.Formats.Gguf;

/// <summary>One metadata value. Immutable, thread-safe.</summary>
/// <param name="Type">Its type in the file.</param>
/// <param name="ElementType">Type of an array's elements; equal to <paramref name="Type"/> for a single value.</param>
/// <param name="Content">The .NET value of that type (<see cref="byte"/> for UInt8, <see cref="string"/> for Text ...), or an array of them: <c>string[]</c>, <c>float[]</c> ... Not to be written to.</param>
public sealed record GgufValue(GgufValueType Type, GgufValueType ElementType, object Content);
