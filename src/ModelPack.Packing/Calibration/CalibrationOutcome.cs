namespace ModelPack.Packing.Calibration;

/// <summary>What a calibration did.</summary>
/// <param name="Plan">Keys of the decisions in the store; null when none depends on the quantized stream.</param>
/// <param name="Targets">How targets were chosen; null when they were not.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Warnings">One sentence a weight that had too few rows.</param>
/// <param name="Device">What computed the large products; null: our kernels.</param>
internal sealed record CalibrationOutcome(DecisionPlan? Plan, TargetChoice? Targets, CalibrationRows Rows, IReadOnlyList<string> Warnings, string? Device);
