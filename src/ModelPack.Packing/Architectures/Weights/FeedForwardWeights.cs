namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of one gated feed-forward network: down(act(gate(x)) * up(x)).</summary>
internal sealed record FeedForwardWeights(Linear Gate, Linear Up, Linear Down);
