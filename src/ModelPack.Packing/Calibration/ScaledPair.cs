using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>A linear layer whose outputs become, without passing a curve, the inputs of another: what the one is divided by the other can be multiplied with.</summary>
/// <param name="Producer">The first layer: values or up projection.</param>
/// <param name="Consumer">The layer that reads what it gives.</param>
/// <param name="Rows">What the consumer reads.</param>
internal sealed record ScaledPair(Linear Producer, Linear Consumer, RowSelection Rows);
