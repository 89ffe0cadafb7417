using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>A quantized matrix as values of a graph.</summary>
/// <param name="Scheme">Bits, group size, grid.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Codes">The codes.</param>
/// <param name="Scales">The scales in the type of the activations.</param>
/// <param name="ZeroPoints">The packed zero points, or the offsets in the type of the activations; null where there are none.</param>
internal sealed record QuantizedOperands(QuantizationScheme Scheme, int Rows, int Columns, string Codes, string Scales, string? ZeroPoints)
{
    /// <summary>Inputs with those that fill up the last group.</summary>
    public int PaddedColumns => Scheme.GroupsPerRow(Columns) * Scheme.GroupSize;
}
