namespace ModelPack.Packing.Architectures.Families;

/// <summary>What llama.cpp's graphs do not have, each as the end of a sentence; null where a model does not ask for it. Pure.</summary>
internal static class GgufVariants
{
    private const int RotatingPeriod = 4;

    /// <summary>The first of several.</summary>
    public static Func<DecoderArchitecture, string?> Any(params Func<DecoderArchitecture, string?>[] rules) => sizes => rules.Select(rule => rule(sizes)).FirstOrDefault(lack => lack is not null);

    /// <summary>A mixture in every layer or in none, whose chosen weights are divided by their sum or are not.</summary>
    /// <param name="renormalizes">They are divided.</param>
    public static Func<DecoderArchitecture, string?> Mixture(bool renormalizes) => sizes =>
    {
        if (sizes.Family.Mixture is not { } style)
        {
            return null;
        }

        // The softmax over the chosen scores is the one over all scores, divided by the sum of the chosen.
        bool divides = style.Renormalizes || style.Routing == ExpertRouting.SoftmaxOfChosen;
        return sizes.Blocks.Any(layer => layer.Mixture is null) ? "dense layers between those with experts"
            : divides != renormalizes ? $"norm_topk_prob {(divides ? "true" : "false")}"
            : null;
    };

    /// <summary>A clamp of queries, keys and values.</summary>
    public static string? Clamp(DecoderArchitecture sizes) => sizes.Family.Attention.Clip is null ? null : "clip_qkv";

    /// <summary>Every fourth layer does not rotate.</summary>
    public static string? RotationInThreeOfFour(DecoderArchitecture sizes) =>
        Enumerable.Range(0, sizes.Layers).All(layer => sizes.Ropes[layer] is null == ((layer + 1) % RotatingPeriod == 0)) ? null : "layers without positions other than every fourth";

    /// <summary>The first thing that any model may ask for and an architecture does not have.</summary>
    public static string? Of(DecoderArchitecture sizes, GgufFamily gguf)
    {
        return gguf.Lacks(sizes)
            ?? (sizes.Family.FeedForward.ClampLimit is null && !gguf.Activations.Contains(sizes.Activation) ? $"the activation {sizes.Activation}, only {string.Join(" and ", gguf.Activations)}" : null)
            ?? (gguf.Head == GgufHead.Own && sizes.Tied ? "a head that is the embedding table (tie_word_embeddings true)" : null)
            ?? (gguf.Head == GgufHead.Tied && !sizes.Tied ? "a head of its own (tie_word_embeddings false)" : null)
            ?? (gguf.HeadsFillStream && sizes.Heads * sizes.HeadSize != sizes.HiddenSize ? "heads that are together wider or narrower than hidden_size" : null)
            ?? (sizes.Head.Projection is not null ? "a projection around the embedding" : null)
            ?? (!gguf.GrowsQueries && sizes.Ropes.Any(rope => rope?.Growth is not null) ? "queries that grow with their position" : null)
            ?? (!gguf.TakesLongRope && sizes.Ropes.Any(rope => rope?.Long is not null) ? "longrope" : null)
            ?? (gguf.Activations is [Activation.GeluTanh] && gguf.WindowPeriod is not null && GgufWindows.SizeOf(sizes) is null ? "layers that all see everything" : null)
            ?? (gguf.WindowPeriod is not null && GgufWindows.PeriodOf(sizes, gguf) is null ? "this order of layers with and without a window" : null);
    }
}
