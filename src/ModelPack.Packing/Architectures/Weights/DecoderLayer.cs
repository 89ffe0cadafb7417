namespace ModelPack.Packing.Architectures.Weights;

/// <summary>One layer: x += attention(norm(x)), then x += feed-forward(norm(x)).</summary>
/// <param name="Index">Layer from 0.</param>
/// <param name="SlidingWindow">Positions that each position sees, itself included; null: all before it.</param>
/// <param name="InputNorm">Norm in front of the attention.</param>
/// <param name="Attention">Weights of the attention.</param>
/// <param name="FeedForwardNorm">Norm in front of the feed-forward network.</param>
/// <param name="FeedForward">Weights of the feed-forward network.</param>
internal sealed record DecoderLayer(
    int Index, int? SlidingWindow, DecoderWeight InputNorm, AttentionWeights Attention, DecoderWeight FeedForwardNorm, FeedForwardWeights FeedForward);
