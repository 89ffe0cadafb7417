namespace ModelPack.Quantization.Awq;

/// <summary>What a search found.</summary>
/// <param name="Best">Index of the candidate; the first one where several are equally good.</param>
/// <param name="Scales">[K]: factors of the columns of the consumers, divisors of the producer's outputs.</param>
/// <param name="Losses">The loss of every candidate, in their order.</param>
public sealed record AwqResult(int Best, float[] Scales, IReadOnlyList<double> Losses);
