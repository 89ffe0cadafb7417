using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>A weight under the name it has in a GGUF file.</summary>
/// <param name="Name">For example <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Weight">The weight.</param>
/// <param name="NeighbourHeads">Rows are stored in the order of <see cref="NeighbourOrder"/>, head by head.</param>
internal sealed record NamedWeight(string Name, DecoderWeight Weight, bool NeighbourHeads = false)
{
    /// <summary>The module of the name: <c>blk.0.attn_q</c> of <c>blk.0.attn_q.weight</c>.</summary>
    public string Module => Name[..Name.LastIndexOf('.')];
}
