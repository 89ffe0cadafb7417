using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Safetensors;

/// <summary>One tensor of a header. Begin and End count from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, ElementType Type, long[] Shape, long ElementCount, long Begin, long End);
