namespace ModelPack.Packing.Reports;

/// <summary>What the source says about a weight.</summary>
/// <param name="Kind">What it is for, one of <see cref="WeightKinds"/>.</param>
/// <param name="Layer">Layer from 0; null outside the layers.</param>
/// <param name="SourceBytes">Bytes in the source.</param>
internal sealed record WeightOrigin(string Kind, int? Layer, long SourceBytes);
