using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Npy;

/// <summary>An array of NumPy's .npy format, read whole. Immutable, thread-safe.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Shape; empty for a scalar.</param>
/// <param name="Bytes">Values, little-endian, row by row.</param>
public sealed record NpyArray(ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes);
