using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>A weight whose tensor type a target of size decides.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Types">The types that it may get.</param>
internal sealed record TypeUnit(DecoderWeight Weight, IReadOnlyList<GgufTensorType> Types)
{
    /// <summary>Bits that a type stores.</summary>
    public long Bits(GgufTensorType type) => 8 * StoragePlanner.Bytes(Weight, new WeightStorage.Blocks(type));
}
