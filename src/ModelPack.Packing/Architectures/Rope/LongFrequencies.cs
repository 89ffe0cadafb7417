namespace ModelPack.Packing.Architectures.Rope;

/// <summary>What replaces frequencies and attention factor in sequences of more than Threshold tokens, at all their positions.</summary>
internal sealed record LongFrequencies(int Threshold, float[] InverseFrequencies, float AttentionFactor);
