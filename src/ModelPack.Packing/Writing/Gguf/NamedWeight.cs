using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>A weight as it stands in a GGUF file: alone in a tensor, or one of several that follow each other.</summary>
/// <param name="Name">Name of the tensor, for example <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Weight">The weight.</param>
internal sealed record NamedWeight(string Name, DecoderWeight Weight)
{
    /// <summary>Element of the tensor where the weight begins: the first of a row.</summary>
    public long Start { get; init; }

    /// <summary>Rows of a head whose rows are stored in the order of <see cref="NeighbourOrder"/>; 0: in the published order.</summary>
    public int HeadRows { get; init; }

    /// <summary>The file holds the weight times this.</summary>
    public float Factor { get; init; } = 1;
}
