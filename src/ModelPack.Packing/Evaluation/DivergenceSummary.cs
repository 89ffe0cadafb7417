namespace ModelPack.Packing.Evaluation;

/// <summary>KL divergences over positions, in nats.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardError">Standard error of the mean, over the windows.</param>
/// <param name="Median">Median.</param>
/// <param name="P99">99th percentile, interpolated.</param>
/// <param name="P999">99.9th percentile, interpolated.</param>
public sealed record DivergenceSummary(double Mean, double StandardError, double Median, double P99, double P999);
