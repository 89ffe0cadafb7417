using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>What happens to one weight. Immutable.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Uses">The operators that work with it.</param>
/// <param name="Scheme">How it is stored; null: it stays as it is.</param>
/// <param name="Method">How its codes are chosen.</param>
/// <param name="Reason">Why it stays; empty when it does not.</param>
internal sealed record PlannedMatrix(OnnxWeight Weight, IReadOnlyList<WeightUse> Uses, QuantizationScheme? Scheme, QuantizationMethod Method, string Reason)
{
    /// <summary>Bytes of codes, scales and zero points, or of the values.</summary>
    public long Bytes => Scheme is null ? Weight.SourceBytes : BytesIn(Weight, Scheme);

    /// <summary>Bytes of codes, scales and zero points.</summary>
    public static long BytesIn(OnnxWeight weight, QuantizationScheme scheme) =>
        weight.Rows * ((long)scheme.CodeBytesPerRow(weight.Columns) + scheme.ScaleBytesPerRow(weight.Columns) + scheme.ZeroPointBytesPerRow(weight.Columns));
}
