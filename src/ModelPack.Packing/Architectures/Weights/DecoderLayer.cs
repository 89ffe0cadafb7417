using ModelPack.Packing.Architectures.Rope;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>One layer: an attention and a feed-forward branch that are added to the stream as the family's order says.</summary>
/// <param name="Index">Layer from 0.</param>
/// <param name="SlidingWindow">Positions that each position sees, itself included; null: all before it.</param>
/// <param name="Rope">Rotation of queries and keys; null: there is none.</param>
/// <param name="Norms">Norms around the branches.</param>
/// <param name="Attention">Weights of the attention; null where a short convolution takes its place.</param>
/// <param name="Convolution">Weights of the short convolution; null where there is an attention.</param>
/// <param name="FeedForward">Weights of the feed-forward network; null where a mixture takes its place.</param>
/// <param name="Mixture">Weights of the mixture of experts; null where there is a feed-forward network.</param>
internal sealed record DecoderLayer(int Index, int? SlidingWindow, RopeParameters? Rope, LayerNorms Norms, AttentionWeights? Attention, ConvolutionWeights? Convolution, FeedForwardWeights? FeedForward, MixtureWeights? Mixture);
