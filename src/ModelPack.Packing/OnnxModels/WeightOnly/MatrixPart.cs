using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>What an initializer of a changed model holds.</summary>
/// <param name="Matrix">The weight.</param>
/// <param name="Kind">Its codes, scales or zero points.</param>
internal sealed record MatrixPart(PlannedMatrix Matrix, PartKind Kind);
