using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Weights;

/// <summary>Distances as DeBERTa's attention knows them.</summary>
/// <param name="Table">One row for each clipped distance [2 x Span, hidden].</param>
/// <param name="Norm">Norm of the rows; null: there is none.</param>
/// <param name="Span">Distances to each side.</param>
/// <param name="Buckets">Buckets to each side in which far distances fall together; 0: each distance is its own.</param>
/// <param name="Longest">Distance at which the last bucket begins.</param>
/// <param name="ContentToPosition">Queries are scored with distances.</param>
/// <param name="PositionToContent">Keys are scored with distances.</param>
internal sealed record RelativePositions(DecoderWeight Table, Norm? Norm, int Span, int Buckets, int Longest, bool ContentToPosition, bool PositionToContent);
