namespace ModelPack.Packing.Manifests;

/// <summary>One weight.</summary>
/// <param name="Name">Name in the checkpoint.</param>
/// <param name="Shape">Outputs and inputs.</param>
/// <param name="Bits">Bits of a code; 16 or 32 when not quantized.</param>
/// <param name="GroupSize">Inputs that share a scale; 0 when not quantized.</param>
/// <param name="Symmetric">True when no zero points are stored.</param>
/// <param name="Method">How the codes were chosen; "none" when not quantized.</param>
/// <param name="Bytes">Codes, scales and zero points, or the float values.</param>
/// <param name="RelativeError">Norm of the difference to the source by the norm of the source; 0 when not quantized.</param>
public sealed record ManifestWeight(
    string Name, IReadOnlyList<int> Shape, int Bits, int GroupSize, bool Symmetric, string Method, long Bytes, double RelativeError)
{
    /// <summary>Type of the GGUF tensor; null in other formats.</summary>
    public string? Type { get; init; }

    /// <summary>Error of the outputs on the calibration rows, tr((W - Q) H (W - Q)^T) with the damped H; null when there was no calibration.</summary>
    public double? OutputError { get; init; }

    /// <summary>The same for round-to-nearest.</summary>
    public double? RoundToNearestOutputError { get; init; }

    /// <summary>True when round-to-nearest was no worse and was kept; null when there was no calibration.</summary>
    public bool? KeptRoundToNearest { get; init; }
}
