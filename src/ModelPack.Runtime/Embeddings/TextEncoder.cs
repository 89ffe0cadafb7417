using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime.Embeddings;

/// <summary>Texts to embeddings: prompt, tokens, batches of like length, vectors in the order of the texts. Thread-safe.</summary>
internal sealed class TextEncoder(EncoderSession session, Tokenizer tokenizer, EmbeddingDescription description)
{
    private readonly Tokenizer _tokenizer = tokenizer.CutTo(description.SequenceLength, description.PositionLimit);

    /// <summary>What the model says about its embeddings.</summary>
    public EmbeddingDescription Description { get; } = description;

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">Any number of them.</param>
    /// <param name="prompt">What goes before each.</param>
    /// <param name="cancellation">Looked at between batches, and by ONNX Runtime within one.</param>
    /// <returns>A vector of all dimensions for each text, and the tokens that were embedded.</returns>
    /// <exception cref="ModelPackException">MPK4503: a text has no token; MPK4009: ONNX Runtime failed.</exception>
    public (float[][] Vectors, long Tokens) Encode(IReadOnlyList<string> texts, string prompt, CancellationToken cancellation)
    {
        var ids = new int[texts.Count][];
        for (int i = 0; i < ids.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            string text = prompt + texts[i];
            ids[i] = _tokenizer.Encode(Description.Lowercase ? text.ToLowerInvariant() : text);
            if (ids[i].Length == 0)
            {
                throw new ModelPackException(RuntimeErrors.NoTokens, $"Text {i} of {ids.Length} has no token, so it has no embedding; leave it out.");
            }
        }

        var vectors = new float[ids.Length][];
        foreach (int[] batch in LengthBatches.Group([.. ids.Select(text => text.Length)]))
        {
            cancellation.ThrowIfCancellationRequested();
            float[][] found = session.Run([.. batch.Select(i => ids[i])], cancellation);
            for (int i = 0; i < batch.Length; i++)
            {
                vectors[batch[i]] = found[i];
            }
        }

        return (vectors, ids.Sum(text => (long)text.Length));
    }
}
