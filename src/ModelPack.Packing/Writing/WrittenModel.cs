using ModelPack.Packing.Manifests;
using ModelPack.Packing.Reports;

namespace ModelPack.Packing.Writing;

/// <summary>What was written in one container, and what was measured on it.</summary>
/// <param name="Bytes">Bytes of the packed weights and graph.</param>
/// <param name="Weights">Every weight.</param>
/// <param name="Verification">What was checked.</param>
/// <param name="Evaluation">How it predicts the project's text; null when there is none.</param>
/// <param name="Sample">Text of both models.</param>
internal sealed record WrittenModel(long Bytes, IReadOnlyList<ManifestWeight> Weights, ManifestVerification Verification, ManifestEvaluation? Evaluation, ReportSample Sample)
{
    /// <summary>Separate adapters with what was measured on them; empty when there are none.</summary>
    public IReadOnlyList<ManifestAdapter> Adapters { get; init; } = [];
}
