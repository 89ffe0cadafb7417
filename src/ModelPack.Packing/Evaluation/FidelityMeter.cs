namespace ModelPack.Packing.Evaluation;

/// <summary>
/// Collects how far a model's predictions are from its reference's, window by window; keeps a few numbers a position, never logits. The same
/// windows give the same report, whatever the number of cores. Not thread-safe.
/// </summary>
public sealed class FidelityMeter
{
    private readonly EvaluationProtocol _protocol;
    private readonly List<PositionFidelity[]> _windows = [];

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

        int bad = Array.FindIndex(positions, position => !position.IsFinite);
        if (bad >= 0)
        {
            string which = double.IsFinite(positions[bad].ReferenceLoss) ? "packed model" : "unquantized model";
            throw new ModelPackException(EvaluationErrors.NotFinite, $"The {which} predicts what is no number in window {_windows.Count}; the checkpoint does not fit its config.json, or needs Target 'cpu'.");
        }

        _windows.Add(positions);
    }

    /// <summary>The result so far; at least one window must have been added.</summary>
    public FidelityReport Report()
    {
        MeanEstimate loss = OverPositions(position => position.Loss);
        MeanEstimate referenceLoss = OverPositions(position => position.ReferenceLoss);
        MeanEstimate divergence = OverWindows(position => position.Divergence);
        MeanEstimate agreement = OverWindows(position => position.Agrees ? 1 : 0);
        double[] sorted = [.. _windows.SelectMany(window => window).Select(position => position.Divergence).Order()];
        return new FidelityReport
        {
            Perplexity = Math.Exp(loss.Mean),
            PerplexityStandardError = Math.Exp(loss.Mean) * loss.StandardError,
            ReferencePerplexity = Math.Exp(referenceLoss.Mean),
            ReferencePerplexityStandardError = Math.Exp(referenceLoss.Mean) * referenceLoss.StandardError,
            LogPerplexityDifference = OverWindows(position => position.Loss - position.ReferenceLoss),
            KlDivergence = new DivergenceSummary(
                divergence.Mean, divergence.StandardError, Quantile(sorted, 0.5), Quantile(sorted, 0.99), Quantile(sorted, 0.999)),
            TopAgreement = agreement.Mean,
            TopAgreementStandardError = agreement.StandardError,
            Tokens = sorted.Length,
            Windows = _windows.Count,
        };
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    private MeanEstimate OverPositions(Func<PositionFidelity, double> value) => MeanEstimate.Of([.. _windows.SelectMany(window => window).Select(value)]);

    // Positions of a window share its text, so the windows are what is independent. The mean is that over all positions.
    private MeanEstimate OverWindows(Func<PositionFidelity, double> value)
    {
        MeanEstimate positions = OverPositions(value);
        return _windows.Count > 1 ? positions with { StandardError = MeanEstimate.Of([.. _windows.Select(window => window.Average(value))]).StandardError } : positions;
    }
}
