namespace ModelPack.LlamaCpp;

/// <summary>Greedy generation.</summary>
public static class LlamaGeneration
{
    /// <summary>Continues a prompt with the likeliest token each time (the lowest id of equal ones), until one that ends the text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">A context of it, which is cleared first.</param>
    /// <param name="prompt">Tokens, at least one.</param>
    /// <param name="most">Most tokens to make.</param>
    /// <returns>The new tokens, without the one that ends the text.</returns>
    public static int[] Greedy(LlamaModel model, LlamaContext context, ReadOnlySpan<int> prompt, int most)
    {
        context.Clear();
        var made = new List<int>();
        float[] logits = context.LastLogits(prompt);
        while (made.Count < most)
        {
            int next = Array.IndexOf(logits, logits.Max());
            if (model.Vocabulary.Ends(next))
            {
                break;
            }

            made.Add(next);
            if (made.Count < most)
            {
                logits = context.LastLogits([next]);
            }
        }

        return [.. made];
    }
}
