namespace ModelPack.Packing.Writing;

/// <summary>Where a constant lies.</summary>
/// <param name="Offset">First byte in the data file.</param>
/// <param name="Bytes">Makes its bytes.</param>
internal sealed record ConstantPlace(long Offset, Func<byte[]> Bytes);
