namespace ModelPack.Packing.Architectures;

/// <summary>What the bytes of a part of an initializer are.</summary>
public enum PartKind
{
    /// <summary>The weight's values in the initializer's element type, row by row.</summary>
    Values,

    /// <summary>The codes of the quantized weight, as in QuantizedMatrix.</summary>
    Codes,

    /// <summary>The scales of the quantized weight.</summary>
    Scales,

    /// <summary>The packed zero points or the offsets or minimums of the quantized weight.</summary>
    ZeroPoints,

    /// <summary>Bytes that depend on the configuration alone.</summary>
    Constant,
}
