namespace ModelPack.Packing.Architectures.Weights;

/// <summary>A norm and its weights.</summary>
/// <param name="Module">Name of the module, the stem of its weights' names.</param>
/// <param name="Kind">What is computed.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Width">Elements that the norm sees together.</param>
/// <param name="Factors">The factors, end to end; empty: there are none.</param>
/// <param name="Bias">The addend; null: there is none.</param>
internal sealed record Norm(string Module, NormKind Kind, float Epsilon, int Width, IReadOnlyList<DecoderWeight> Factors, DecoderWeight? Bias);
