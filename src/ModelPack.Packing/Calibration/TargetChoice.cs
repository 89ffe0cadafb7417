namespace ModelPack.Packing.Calibration;

/// <summary>Whether targets are used, and the trial that said so.</summary>
/// <param name="Targets">True: targets are used.</param>
/// <param name="KlWith">Mean KL divergence on held-out rows with targets; null: not tried.</param>
/// <param name="KlWithout">Mean KL divergence without.</param>
internal sealed record TargetChoice(bool Targets, double? KlWith, double? KlWithout);
