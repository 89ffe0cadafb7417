using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>A tensor whose type a target of size decides.</summary>
/// <param name="Weights">The weights in it.</param>
/// <param name="Types">The types that it may get.</param>
internal sealed record TypeUnit(IReadOnlyList<DecoderWeight> Weights, IReadOnlyList<GgufTensorType> Types)
{
    /// <summary>The first weight's name.</summary>
    public string Name => Weights[0].Name;

    /// <summary>Elements of all weights.</summary>
    public long ElementCount => Weights.Sum(weight => weight.ElementCount);

    /// <summary>Bits that a type stores.</summary>
    public long Bits(GgufTensorType type) => 8 * Weights.Sum(weight => StoragePlanner.Bytes(weight, new WeightStorage.Blocks(type)));
}
