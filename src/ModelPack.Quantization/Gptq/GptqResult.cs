namespace ModelPack.Quantization.Gptq;

/// <summary>A quantized matrix and how well it does. Errors are tr((W* - Q) H (W* - Q)^T) with the damped hessian and the target W*; NaN when the input was not usable.</summary>
/// <param name="Matrix">The decision.</param>
/// <param name="Error">Error of <paramref name="Matrix"/>.</param>
/// <param name="RoundToNearestError">Error of round-to-nearest on the same target.</param>
/// <param name="KeptRoundToNearest">True: round-to-nearest was better, or the input not usable, and it is what <paramref name="Matrix"/> holds.</param>
/// <param name="Damping">Share of the mean diagonal that was added.</param>
public sealed record GptqResult(CodedMatrix Matrix, double Error, double RoundToNearestError, bool KeptRoundToNearest, double Damping);
