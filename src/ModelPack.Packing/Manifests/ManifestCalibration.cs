namespace ModelPack.Packing.Manifests;

/// <summary>What activations were measured on.</summary>
/// <param name="Source">Name of the text file; "self": the model wrote the text.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Length">Tokens of a row; 0 for samples of an ONNX model.</param>
/// <param name="Targets">True when the weights were asked for what the unquantized model produced; null when no weight could be.</param>
/// <param name="HeldOutKlWithTargets">Mean KL divergence, in nats, on rows that were held out to decide about targets, first layers quantized with them; null: not tried.</param>
/// <param name="HeldOutKlWithoutTargets">The same without targets.</param>
/// <param name="Warnings">What was poor about the calibration.</param>
public sealed record ManifestCalibration(
    string Source, int Rows, int Length, bool? Targets, double? HeldOutKlWithTargets, double? HeldOutKlWithoutTargets, IReadOnlyList<string> Warnings)
{
    /// <summary>What computed the large products; null: the processor, which gives the same bits everywhere.</summary>
    public string? Device { get; init; }
}
