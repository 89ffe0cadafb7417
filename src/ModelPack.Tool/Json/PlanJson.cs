using ModelPack.Packing;
using ModelPack.Packing.Planning;

namespace ModelPack.Tool.Json;

/// <summary>What <c>plan --json</c> prints.</summary>
internal sealed record PlanJson(
    string Name,
    string Key,
    string Folder,
    bool Cached,
    long SourceBytes,
    long OutputBytes,
    long PeakMemoryBytes,
    long DiskBytes,
    double BitsPerWeight,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<PlannedWeight> Weights)
{
    public static PlanJson From(PackPlan plan) => new(
        plan.Name,
        plan.Key,
        plan.Folder,
        plan.Cached,
        plan.SourceBytes,
        plan.OutputBytes,
        plan.PeakMemoryBytes,
        plan.DiskBytes,
        plan.BitsPerWeight,
        plan.Files,
        plan.Inputs,
        plan.Weights);
}
