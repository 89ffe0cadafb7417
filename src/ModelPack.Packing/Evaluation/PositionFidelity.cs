namespace ModelPack.Packing.Evaluation;

/// <summary>Two models' predictions at one position.</summary>
/// <param name="ReferenceLoss">-log p of the token that follows, by the reference.</param>
/// <param name="Loss">-log p of the token that follows, by the model.</param>
/// <param name="Divergence">KL divergence of the model from the reference, over the whole vocabulary.</param>
/// <param name="Agrees">True when both prefer the same token.</param>
internal readonly record struct PositionFidelity(double ReferenceLoss, double Loss, double Divergence, bool Agrees)
{
    /// <summary>True when both models predict numbers.</summary>
    public bool IsFinite => double.IsFinite(ReferenceLoss) && double.IsFinite(Loss) && double.IsFinite(Divergence);

    /// <summary>Compares the logits of one position. Whatever is no number in them comes out as NaN.</summary>
    public static PositionFidelity Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> model, int next)
    {
        int top = PredictionDistance.Top(reference), modelTop = PredictionDistance.Top(model);
        if (top < 0 || modelTop < 0)
        {
            return new PositionFidelity(top < 0 ? double.NaN : 0, modelTop < 0 ? double.NaN : 0, double.NaN, Agrees: false);
        }

        // sum p (log p - log q) = sum p (x - y) - (log of the sum of exp x - that of exp y); rounding must not make it negative.
        (double referenceNormalizer, double normalizer, double difference) = PredictionDistance.Sum(reference, model, reference[top], model[modelTop]);
        double divergence = difference - (referenceNormalizer - normalizer);
        return new PositionFidelity(referenceNormalizer - reference[next], normalizer - model[next], divergence < 0 ? 0 : divergence, top == modelTop);
    }
}
