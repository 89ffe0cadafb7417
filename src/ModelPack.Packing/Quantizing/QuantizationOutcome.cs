using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>A decision and how far it is from the source.</summary>
/// <param name="Matrix">Codes, scales, zero points.</param>
/// <param name="WeightNorm">Squared norm of the source matrix.</param>
/// <param name="ErrorNorm">Squared norm of the difference.</param>
internal sealed record QuantizationOutcome(QuantizedMatrix Matrix, double WeightNorm, double ErrorNorm)
{
    /// <summary>How a calibrated decision did; null for others.</summary>
    public CalibratedError? Calibrated { get; init; }

    /// <summary>Sums the squared norms of the blocks of a matrix in their order.</summary>
    public static QuantizationOutcome Of(QuantizedMatrix matrix, ReadOnlySpan<(double Weight, double Error)> blocks)
    {
        double weightNorm = 0;
        double errorNorm = 0;
        foreach ((double weight, double error) in blocks)
        {
            weightNorm += weight;
            errorNorm += error;
        }

        return new QuantizationOutcome(matrix, weightNorm, errorNorm);
    }

    /// <summary>Norm of the difference by the norm of the source; 0 for a matrix of zeros.</summary>
    public double RelativeError => WeightNorm == 0 ? 0 : Math.Sqrt(ErrorNorm / WeightNorm);
}
