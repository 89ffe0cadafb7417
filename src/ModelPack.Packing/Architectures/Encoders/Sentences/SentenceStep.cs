using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>What happens to a pooled vector.</summary>
internal abstract record SentenceStep
{
    private SentenceStep()
    {
    }

    /// <summary>A linear layer and an activation.</summary>
    /// <param name="Layer">The layer.</param>
    /// <param name="Activation">The activation.</param>
    public sealed record Dense(Linear Layer, PoolerActivation Activation) : SentenceStep;

    /// <summary>Scaling to length 1.</summary>
    public sealed record Normalize : SentenceStep;
}
