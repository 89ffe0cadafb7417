namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of a mixture of experts.</summary>
/// <param name="Router">Scores of the experts.</param>
/// <param name="Experts">The experts.</param>
/// <param name="Shared">Expert that all tokens pass; null in families without it.</param>
/// <param name="SharedGate">Its weight before the sigmoid.</param>
internal sealed record MixtureWeights(Linear Router, IReadOnlyList<FeedForwardWeights> Experts, FeedForwardWeights? Shared, Linear? SharedGate);
