namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of one attention block; the norms are on each head and null in families without them.</summary>
internal sealed record AttentionWeights(Linear Query, Linear Key, Linear Value, Linear Output, DecoderWeight? QueryNorm, DecoderWeight? KeyNorm);
