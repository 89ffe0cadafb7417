namespace ModelPack.Packing.Evaluation;

/// <summary>A model that predicts the next token at every position of a window, from nothing but the window.</summary>
public interface ILogitSource : IDisposable
{
    /// <summary>Logits of one position.</summary>
    int VocabularySize { get; }

    /// <summary>Runs the model on a window, without a past.</summary>
    /// <param name="window">Token ids.</param>
    /// <param name="logits">[window length, VocabularySize], written.</param>
    void Run(ReadOnlySpan<int> window, Span<float> logits);
}
