namespace ModelPack.LlamaCpp;

/// <summary>Perplexity over windows of a text's tokens.</summary>
public static class LlamaPerplexity
{
    /// <summary>
    /// Cuts the tokens into windows, each computed by itself after the token of the beginning (where the vocabulary has one that is added), and
    /// scores the predictions of its tokens from <paramref name="unscored"/> on.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="context">A context of it, which is cleared first; its length is at least the window.</param>
    /// <param name="tokens">Tokens without one of the beginning.</param>
    /// <param name="window">Tokens computed together, the one of the beginning included. A rest that does not fill one is left out.</param>
    /// <param name="unscored">Tokens of each window that are only context: window / 2 as llama.cpp's own program does it, 0 for none.</param>
    /// <returns>Perplexity, and the number of predictions scored.</returns>
    public static (double Perplexity, int Scored) Measure(LlamaModel model, LlamaContext context, ReadOnlySpan<int> tokens, int window, int unscored)
    {
        int beginning = model.Vocabulary.AddsBeginning ? 1 : 0;
        int vocabulary = model.Vocabulary.Count;
        double sum = 0;
        int scored = 0;
        for (int start = 0; start + window - beginning <= tokens.Length; start += window - beginning)
        {
            int[] ids = new int[window];
            ids[0] = model.Vocabulary.Beginning;
            tokens.Slice(start, window - beginning).CopyTo(ids.AsSpan(beginning));
            context.Clear();
            float[] logits = context.Logits(ids);
            for (int i = Math.Max(1, unscored); i < window; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan((i - 1) * vocabulary, vocabulary);
                sum += LogSumExp(row) - row[ids[i]];
                scored++;
            }
        }

        return (Math.Exp(sum / scored), scored);
    }

    private static double LogSumExp(ReadOnlySpan<float> values)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in values)
        {
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        foreach (float value in values)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }
}
