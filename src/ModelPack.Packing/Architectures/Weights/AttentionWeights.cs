namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of one attention block.</summary>
/// <param name="Query">Query projection.</param>
/// <param name="Key">Key projection.</param>
/// <param name="Value">Value projection.</param>
/// <param name="Output">Output projection.</param>
/// <param name="QueryNorm">Norm of the queries; null in families without it.</param>
/// <param name="KeyNorm">Norm of the keys; null in families without it.</param>
/// <param name="Sinks">Scores that take part in each head's softmax; null in families without them.</param>
internal sealed record AttentionWeights(Linear Query, Linear Key, Linear Value, Linear Output, Norm? QueryNorm, Norm? KeyNorm, DecoderWeight? Sinks);
