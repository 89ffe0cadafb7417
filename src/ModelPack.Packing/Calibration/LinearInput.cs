using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>Linear layers that read the same.</summary>
/// <param name="Rows">What they read.</param>
/// <param name="Linears">The layers.</param>
internal sealed record LinearInput(RowSelection Rows, IReadOnlyList<Linear> Linears);
