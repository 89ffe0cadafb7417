namespace ModelPack.Packing.Architectures.Rope;

/// <summary>
/// Frequencies that shrink with the length L of the sequence: pair i is multiplied by
/// max(1, Slope * L + Offset) ^ Exponents[i]. Below the trained length that is 1.
/// </summary>
internal sealed record DynamicFrequencies(float Slope, float Offset, float[] Exponents);
