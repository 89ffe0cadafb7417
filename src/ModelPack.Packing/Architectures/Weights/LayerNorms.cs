namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The norms around a layer's branches; null where a family has none.</summary>
/// <param name="Attention">In front of the attention; in families that norm the sum, behind it.</param>
/// <param name="AttentionOutput">Behind the attention, before it is added.</param>
/// <param name="FeedForward">In front of the feed-forward network; in families that norm the sum, behind it. A parallel branch without it shares the attention's.</param>
/// <param name="FeedForwardOutput">Behind the feed-forward network, before it is added.</param>
internal sealed record LayerNorms(Norm? Attention, Norm? AttentionOutput, Norm? FeedForward, Norm? FeedForwardOutput);
