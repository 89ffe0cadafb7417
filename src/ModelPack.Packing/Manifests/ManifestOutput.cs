namespace ModelPack.Packing.Manifests;

/// <summary>How one output of a packed ONNX model compares with the unquantized model's.</summary>
/// <param name="Name">Name of the output.</param>
/// <param name="Cosine">Smallest cosine between the two over the samples; null for what is no float.</param>
/// <param name="RelativeError">Norm of the difference by the norm, over all samples; null for what is no float.</param>
/// <param name="TopAgreement">
/// Share of rows along the last axis with the same largest value; for whole numbers and texts the share of equal values; null where a row has one value.
/// </param>
public sealed record ManifestOutput(string Name, double? Cosine, double? RelativeError, double? TopAgreement);
