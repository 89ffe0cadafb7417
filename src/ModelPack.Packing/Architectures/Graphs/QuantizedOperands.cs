using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>A quantized matrix as values of a graph.</summary>
/// <param name="Scheme">Bits, group size, grid.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Codes">The codes.</param>
/// <param name="Scales">The scales in the type of the activations.</param>
/// <param name="ZeroPoints">The packed zero points, or the offsets or minimums in the type of the activations; null where there are none.</param>
/// <param name="Activations">Type of the activations.</param>
internal sealed record QuantizedOperands(QuantizationScheme Scheme, int Rows, int Columns, string Codes, string Scales, string? ZeroPoints, OnnxElementType Activations)
{
    /// <summary>Inputs with those that fill up the last group.</summary>
    public int PaddedColumns => Scheme.GroupsPerRow(Columns) * Scheme.GroupSize;
}
