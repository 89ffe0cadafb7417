namespace ModelPack.Packing.Architectures.Weights;

/// <summary>What turns the stream into logits.</summary>
/// <param name="Norm">Final norm; null in models without it.</param>
/// <param name="Projection">From the stream's width to the table's; null where they are equal.</param>
/// <param name="Output">Output head.</param>
internal sealed record HeadWeights(Norm? Norm, Linear? Projection, Linear Output);
