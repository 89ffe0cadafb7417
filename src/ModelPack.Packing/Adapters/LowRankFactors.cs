namespace ModelPack.Packing.Adapters;

/// <summary>What an adapter adds to one weight [rows, columns] of a decoder: Scale x Left x Right.</summary>
/// <param name="Left">[rows, rank].</param>
/// <param name="Right">[rank, columns].</param>
/// <param name="Rank">Rank, at least 1.</param>
/// <param name="Scale">Factor.</param>
internal sealed record LowRankFactors(float[] Left, float[] Right, int Rank, float Scale);
