using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.OnnxModels;

/// <summary>What was written by one of the ways to quantize an ONNX model.</summary>
/// <param name="Bytes">Bytes of the packed weights and graph.</param>
/// <param name="Weights">Every weight.</param>
/// <param name="Operators">What happened to the operators with weights.</param>
/// <param name="Changes">What else was changed, in words.</param>
/// <param name="Verification">What was checked operator by operator.</param>
/// <param name="Calibration">What activations were measured on; null when nothing needed them.</param>
internal sealed record WrittenOnnxModel(
    long Bytes,
    IReadOnlyList<WrittenWeight> Weights,
    IReadOnlyList<ChangedOperator> Operators,
    IReadOnlyList<string> Changes,
    ManifestVerification Verification,
    ManifestCalibration? Calibration);
