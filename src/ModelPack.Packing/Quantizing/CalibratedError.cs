namespace ModelPack.Packing.Quantizing;

/// <summary>Errors of the outputs on the calibration rows: tr((W - Q) H (W - Q)^T), against the target when there is one.</summary>
/// <param name="Error">Of the decision.</param>
/// <param name="RoundToNearest">Of round-to-nearest.</param>
/// <param name="Kept">True when round-to-nearest was the better and is what was kept.</param>
/// <param name="Damping">Share of the mean diagonal that was added.</param>
internal sealed record CalibratedError(double Error, double RoundToNearest, bool Kept, double Damping);
