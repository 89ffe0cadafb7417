namespace ModelPack.Packing.Architectures.Weights;

/// <summary>The weights of one gated short convolution.</summary>
/// <param name="Input">Gate of the values, gate of the result, values, one after the other.</param>
/// <param name="Taps">Factors of the tokens seen, earliest first, [hidden] each; the last is that of the token itself.</param>
/// <param name="Bias">Added behind the convolution; null in families without it.</param>
/// <param name="Output">Output projection.</param>
internal sealed record ConvolutionWeights(Linear Input, IReadOnlyList<DecoderWeight> Taps, DecoderWeight? Bias, Linear Output);
