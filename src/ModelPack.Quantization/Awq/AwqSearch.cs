namespace ModelPack.Quantization.Awq;

/// <summary>
/// The search of activation-aware weight quantization (Lin et al. 2023): the scales, among candidates, with which a module whose consumers are
/// rounded comes closest to itself.
/// </summary>
public static class AwqSearch
{
    private const int Count = 20;

    /// <summary>
    /// Twenty candidates: the identity, so that no search ends worse than without it, then ratios from 0 to 1 in equal steps. Ratio 0 with division
    /// by the weights is not the identity.
    /// </summary>
    public static IReadOnlyList<AwqCandidate> Candidates { get; } =
        [AwqCandidate.Identity, .. Enumerable.Range(0, Count - 1).Select(i => new AwqCandidate((double)i / (Count - 2), true))];

    /// <summary>Tries candidates in their order.</summary>
    /// <param name="inputMeans">[K], mean magnitude of the consumers' input.</param>
    /// <param name="weightMeans">[K], see <see cref="AwqStatistics.WeightMeans"/>.</param>
    /// <param name="candidates">The first one must be <see cref="AwqCandidate.Identity"/>.</param>
    /// <param name="loss">From scales to the loss; one that is no number never wins.</param>
    /// <param name="tie">Makes scales equal that must be, before their loss is asked for; null when all are free.</param>
    /// <exception cref="ArgumentException">The first candidate is another one, or lengths differ.</exception>
    public static AwqResult Run(
        ReadOnlySpan<float> inputMeans, ReadOnlySpan<float> weightMeans, IReadOnlyList<AwqCandidate> candidates, Func<float[], double> loss, Action<float[]>? tie = null)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(loss);
        if (candidates is not [var first, ..] || first != AwqCandidate.Identity)
        {
            throw new ArgumentException("The first candidate must be the identity.", nameof(candidates));
        }

        var losses = new double[candidates.Count];
        float[] best = [];
        int winner = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            var scales = new float[inputMeans.Length];
            AwqScales.Of(inputMeans, weightMeans, candidates[i], scales);
            tie?.Invoke(scales);
            losses[i] = loss(scales);
            if (i == 0 || losses[i] < losses[winner])
            {
                (winner, best) = (i, scales);
            }
        }

        return new AwqResult(winner, best, losses);
    }
}
