namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of one feed-forward network: down(act(gate(x)) * up(x)), or down(act(up(x))) without a gate.</summary>
internal sealed record FeedForwardWeights(Linear? Gate, Linear Up, Linear Down);
