namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>How the states of tokens become one embedding, as the files of sentence-transformers say.</summary>
/// <param name="Modes">At least one.</param>
/// <param name="Steps">What follows, in order.</param>
internal sealed record SentencePooling(IReadOnlyList<PoolingMode> Modes, IReadOnlyList<SentenceStep> Steps)
{
    /// <summary>True when embeddings have length 1.</summary>
    public bool Normalizes => Steps.Count > 0 && Steps[^1] is SentenceStep.Normalize;
}
