namespace ModelPack.Packing.Architectures.Families;

/// <summary>How experts are chosen and weighed.</summary>
internal enum ExpertRouting
{
    /// <summary>Softmax over all scores; the largest are chosen.</summary>
    SoftmaxOfAll,

    /// <summary>The largest scores are chosen; softmax over them.</summary>
    SoftmaxOfChosen,

    /// <summary>Two experts, one after the other, each weighed by the softmax over the scores near the best (SparseMixer, arXiv 2409.12136).</summary>
    SparseMixer,
}
