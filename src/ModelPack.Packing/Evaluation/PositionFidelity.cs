namespace ModelPack.Packing.Evaluation;

/// <summary>Two models' predictions at one position.</summary>
/// <param name="ReferenceLoss">-log p of the token that follows, by the reference.</param>
/// <param name="Loss">-log p of the token that follows, by the model.</param>
/// <param name="Divergence">KL divergence of the model from the reference, over the whole vocabulary.</param>
/// <param name="Agrees">True when both prefer the same token.</param>
internal readonly record struct PositionFidelity(double ReferenceLoss, double Loss, double Divergence, bool Agrees)
{
    /// <summary>Compares the logits of one position in double precision, in the order of the vocabulary.</summary>
    public static PositionFidelity Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> model, int next)
    {
        (int top, double normalizer) = Normalize(reference);
        (int modelTop, double modelNormalizer) = Normalize(model);
        double divergence = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double log = reference[i] - normalizer;
            divergence += Math.Exp(log) * (log - (model[i] - modelNormalizer));
        }

        return new PositionFidelity(normalizer - reference[next], modelNormalizer - model[next], divergence, top == modelTop);
    }

    /// <summary>The first largest logit, and the logarithm of the sum of all exponentials.</summary>
    private static (int Top, double Normalizer) Normalize(ReadOnlySpan<float> logits)
    {
        int top = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[top])
            {
                top = i;
            }
        }

        double largest = logits[top], sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return (top, largest + Math.Log(sum));
    }
}
