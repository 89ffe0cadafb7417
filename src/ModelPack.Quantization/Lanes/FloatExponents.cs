namespace ModelPack.Quantization.Lanes;

/// <summary>The exponent field of a float32.</summary>
internal static class FloatExponents
{
    /// <summary>All bits of the field.</summary>
    public const int Mask = 0x7F800000;

    /// <summary>Sum of the fields of x and 1/x for a power of two x.</summary>
    public const int ReciprocalSum = 254 << 23;

    /// <summary>The largest field whose reciprocal is a normal number.</summary>
    public const int Largest = 253 << 23;
}
