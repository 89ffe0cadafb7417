namespace ModelPack.Packing.Manifests;

/// <summary>What was checked on the written files.</summary>
/// <param name="Matrices">Matrices read back from disk and found bit for bit equal to the decision.</param>
/// <param name="Kernels">Quantized products run in ONNX Runtime, one for each (bits, group, zero points, shape).</param>
/// <param name="LargestKernelError">Largest relative error of those products against double precision.</param>
/// <param name="Tokens">Tokens of the text that went through both models; null, as what follows, for models that are no language models.</param>
/// <param name="LogitsRelativeError">Norm of the difference of the logits by their norm, packed as deployed against the source.</param>
/// <param name="TopAgreement">Share of positions at which both models prefer the same token.</param>
/// <param name="KlDivergence">Mean KL divergence of the packed model from the source, in nats.</param>
public sealed record ManifestVerification(
    int Matrices, int Kernels, double LargestKernelError, int? Tokens, double? LogitsRelativeError, double? TopAgreement, double? KlDivergence);
