using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Weights;

/// <summary>The tables of an encoder, the norm of their sum, and the projection to the stream's width; null: it has none.</summary>
internal sealed record EncoderEmbedding(DecoderWeight Table, DecoderWeight? Positions, DecoderWeight? TokenTypes, Norm Norm, Linear? Projection);
