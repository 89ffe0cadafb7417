namespace ModelPack.Packing.Evaluation;

/// <summary>
/// Collects how far a model's predictions are from its reference's, window by window; keeps a few numbers a position, never logits. The same
/// windows give the same report, whatever the number of cores. Not thread-safe.
/// </summary>
public sealed class FidelityMeter
{
    private readonly EvaluationProtocol _protocol;
    private readonly List<double> _divergences = [];
    private readonly List<double> _windowDivergences = [];
    private double _referenceLoss;
    private double _loss;
    private double _squaredLoss;
    private long _agreements;

    /// <summary>Creates an empty meter.</summary>
    public FidelityMeter(EvaluationProtocol protocol) => _protocol = protocol;

    /// <summary>First position of a window of <paramref name="length"/> tokens whose prediction counts; the last is length - 2.</summary>
    public static int FirstPosition(EvaluationProtocol protocol, int length) => protocol == EvaluationProtocol.Paper ? 0 : length / 2;

    /// <summary>Adds one window.</summary>
    /// <param name="window">Token ids.</param>
    /// <param name="reference">[window length, vocabulary]: the reference's logits.</param>
    /// <param name="model">[window length, vocabulary]: the model's logits.</param>
    /// <param name="vocabulary">Logits of one position.</param>
    /// <exception cref="ModelPackException">MPK2024: a prediction is no number.</exception>
    public void Add(int[] window, float[] reference, float[] model, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(model);
        int first = FirstPosition(_protocol, window.Length);
        var positions = new PositionFidelity[window.Length - 1 - first];
        Parallel.For(0, positions.Length, i =>
        {
            int start = (first + i) * vocabulary;
            positions[i] = PositionFidelity.Compare(reference.AsSpan(start, vocabulary), model.AsSpan(start, vocabulary), window[first + i + 1]);
        });

        double sum = 0;
        foreach (PositionFidelity position in positions)
        {
            if (!double.IsFinite(position.Loss) || !double.IsFinite(position.ReferenceLoss) || !double.IsFinite(position.Divergence))
            {
                string which = double.IsFinite(position.ReferenceLoss) ? "packed model" : "unquantized model";
                throw new ModelPackException(EvaluationErrors.NotFinite, $"The {which} predicts what is no number in window {_windowDivergences.Count}; the checkpoint does not fit its config.json, or needs Target 'cpu'.");
            }

            _referenceLoss += position.ReferenceLoss;
            _loss += position.Loss;
            _squaredLoss += position.Loss * position.Loss;
            _agreements += position.Agrees ? 1 : 0;
            _divergences.Add(position.Divergence);
            sum += position.Divergence;
        }

        _windowDivergences.Add(sum / positions.Length);
    }

    /// <summary>The result so far; at least one window must have been added.</summary>
    public FidelityReport Report()
    {
        int count = _divergences.Count;
        double mean = _loss / count;
        double perplexity = Math.Exp(mean);
        double[] sorted = [.. _divergences];
        Array.Sort(sorted);
        double windowMean = _windowDivergences.Average();
        double windowVariance = _windowDivergences.Sum(window => (window - windowMean) * (window - windowMean)) / _windowDivergences.Count;
        return new FidelityReport
        {
            Perplexity = perplexity,
            PerplexityStandardError = count > 1 ? perplexity * Math.Sqrt(Math.Max(0, (_squaredLoss / count) - (mean * mean)) / (count - 1)) : 0,
            ReferencePerplexity = Math.Exp(_referenceLoss / count),
            KlDivergence = new DivergenceSummary(
                _divergences.Sum() / count,
                Math.Sqrt(windowVariance / _windowDivergences.Count),
                Quantile(sorted, 0.5),
                Quantile(sorted, 0.99),
                Quantile(sorted, 0.999)),
            TopAgreement = (double)_agreements / count,
            Tokens = count,
            Windows = _windowDivergences.Count,
        };
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
