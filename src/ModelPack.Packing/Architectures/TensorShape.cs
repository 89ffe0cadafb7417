using ModelPack.Formats.Numerics;

namespace ModelPack.Packing.Architectures;

/// <summary>Element type and shape of a tensor in a checkpoint. Immutable.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Dims">Shape; empty for a scalar.</param>
public sealed record TensorShape(ElementType Type, IReadOnlyList<long> Dims)
{
    /// <summary>As in <c>[8, 16]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dims)}]";
}
