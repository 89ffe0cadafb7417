namespace ModelPack.Quantization;

/// <summary>How scales, offsets and minimums are stored.</summary>
public enum ScaleType
{
    /// <summary>Two bytes each.</summary>
    Float16,

    /// <summary>Four bytes each: for scales that are products of two stored numbers, and must stay what they are.</summary>
    Float32,
}
