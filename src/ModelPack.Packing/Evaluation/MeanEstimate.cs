namespace ModelPack.Packing.Evaluation;

/// <summary>A mean and how well it is known.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardError">Its standard error: the standard deviation of what was averaged by the root of its number.</param>
public sealed record MeanEstimate(double Mean, double StandardError)
{
    /// <summary>Mean of values and the standard error that follows from their sample variance; 0 for a single value.</summary>
    internal static MeanEstimate Of(IReadOnlyList<double> values)
    {
        double mean = values.Sum() / values.Count;
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new MeanEstimate(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1) / values.Count) : 0);
    }
}
