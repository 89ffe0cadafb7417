using ModelPack.Packing.OnnxModels.Activations.Operators;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>An operator that becomes integer with fixed ranges, and how. Immutable.</summary>
/// <param name="Operator">A Conv, MatMul or Gemm.</param>
/// <param name="Correction">What to add to each bias; empty: nothing.</param>
/// <param name="Smoothed">Its activations where they are divided first; null: they are shared with other operators as they are.</param>
internal sealed record StaticChoice(WeightedOperator Operator, float[] Correction, SmoothedInput? Smoothed);
