using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>What was measured for one case.</summary>
internal sealed record FidelityRow(FidelityCase Case, double BitsPerWeight, FidelityReport Exact, FidelityReport? Deployed);
