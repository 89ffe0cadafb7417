namespace ModelPack.Packing.Architectures.Weights;

/// <summary>What turns token ids into the stream.</summary>
/// <param name="Table">Token embedding.</param>
/// <param name="Projection">From the table's width to the stream's; null where they are equal.</param>
/// <param name="Positions">Learned positions; null in families without them.</param>
/// <param name="Norm">Norm behind all that; null in families without it.</param>
internal sealed record EmbeddingWeights(DecoderWeight Table, Linear? Projection, DecoderWeight? Positions, Norm? Norm);
