namespace ModelPack.Packing.Manifests;

/// <summary>Sizes before and after.</summary>
/// <param name="SourceBytes">Bytes of the weights in the source.</param>
/// <param name="OutputBytes">Bytes of the packed weights and graph.</param>
/// <param name="BitsPerWeight">Bits of codes, scales and zero points by weight, over all weights.</param>
public sealed record ManifestSize(long SourceBytes, long OutputBytes, double BitsPerWeight);
