namespace ModelPack.Packing.Writing.Gguf;

/// <summary>A tensor of a GGUF file and the weights in it, one after the other.</summary>
/// <param name="Name">For example <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Shape">Outermost dimension first.</param>
/// <param name="Parts">The weights.</param>
internal sealed record NamedTensor(string Name, IReadOnlyList<long> Shape, IReadOnlyList<NamedWeight> Parts);
