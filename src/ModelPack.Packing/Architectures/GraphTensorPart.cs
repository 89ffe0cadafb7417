namespace ModelPack.Packing.Architectures;

/// <summary>Consecutive bytes of an initializer that come from one place. Immutable, thread-safe.</summary>
/// <param name="Weight">The weight whose values, codes, scales or zero points these are; null for a constant.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="ByteLength">Number of bytes.</param>
/// <param name="Constant">Makes the bytes of a constant, anew at each call; null otherwise.</param>
public sealed record GraphTensorPart(DecoderWeight? Weight, PartKind Kind, long ByteLength, Func<byte[]>? Constant = null);
