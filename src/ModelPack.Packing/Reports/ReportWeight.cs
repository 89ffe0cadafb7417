using System.Text.Json.Serialization;

namespace ModelPack.Packing.Reports;

/// <summary>One weight in a report.</summary>
/// <param name="Name">Name in the checkpoint.</param>
/// <param name="Kind">What it is for, one of <see cref="WeightKinds"/>.</param>
/// <param name="Layer">Layer from 0; null outside the layers.</param>
/// <param name="Shape">Outputs and inputs.</param>
/// <param name="Bits">Bits of a code; 16 or 32 when not quantized.</param>
/// <param name="GroupSize">Inputs that share a scale; 0 when not quantized.</param>
/// <param name="Symmetric">True when no zero points are stored.</param>
/// <param name="Method">How the codes were chosen; "none" when not quantized.</param>
/// <param name="SourceBytes">Bytes in the source.</param>
/// <param name="Bytes">Codes, scales and zero points, or the float values.</param>
/// <param name="BitsPerWeight">Bits of all that by value.</param>
/// <param name="RelativeError">Norm of the difference to the source by the norm of the source.</param>
internal sealed record ReportWeight(
    string Name,
    string Kind,
    int? Layer,
    IReadOnlyList<int> Shape,
    int Bits,
    int GroupSize,
    bool Symmetric,
    string Method,
    long SourceBytes,
    long Bytes,
    double BitsPerWeight,
    double RelativeError)
{
    /// <summary>Type of the GGUF tensor; null in other formats.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    /// <summary>Error of the outputs on the calibration rows; null when there was no calibration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? OutputError { get; init; }

    /// <summary>The same for round-to-nearest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RoundToNearestOutputError { get; init; }

    /// <summary>What deserves to be known about this weight; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>True when codes are stored.</summary>
    [JsonIgnore]
    public bool IsQuantized => GroupSize > 0;
}
