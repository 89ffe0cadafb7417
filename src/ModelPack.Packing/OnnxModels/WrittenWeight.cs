using ModelPack.Packing.Manifests;
using ModelPack.Packing.Reports;

namespace ModelPack.Packing.OnnxModels;

/// <summary>A weight as it was written, and what the source says about it.</summary>
/// <param name="Weight">As the manifest has it.</param>
/// <param name="Origin">As the report needs it.</param>
internal sealed record WrittenWeight(ManifestWeight Weight, WeightOrigin Origin);
