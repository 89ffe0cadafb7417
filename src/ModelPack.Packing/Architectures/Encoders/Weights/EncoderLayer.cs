using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Weights;

/// <summary>One layer of an encoder.</summary>
/// <param name="Module">Stem of its weights' names.</param>
/// <param name="Query">Query projection.</param>
/// <param name="Key">Key projection.</param>
/// <param name="Value">Value projection.</param>
/// <param name="Output">Projection behind the attention.</param>
/// <param name="AttentionNorm">Norm before or behind the attention, as the family has it; null: left out.</param>
/// <param name="FeedForward">The feed-forward network.</param>
/// <param name="FeedForwardNorm">Its norm.</param>
internal sealed record EncoderLayer(string Module, Linear Query, Linear Key, Linear Value, Linear Output, Norm? AttentionNorm, FeedForwardWeights FeedForward, Norm FeedForwardNorm)
{
    /// <summary>Positions seen to each side; null: all.</summary>
    public int? Window { get; init; }

    /// <summary>Rotation of queries and keys; null: there is none.</summary>
    public RopeParameters? Rope { get; init; }
}
