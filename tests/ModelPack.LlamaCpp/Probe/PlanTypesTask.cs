namespace ModelPack.LlamaCpp.Probe;

/// <summary>The types that tensors would get.</summary>
internal sealed record PlanTypesTask(string Source, int FileType, Dictionary<string, float[]>? Importance) : ProbeTask
{
    public override object Run() => LlamaQuantization.PlanTypes(Source, FileType, Importance).Select(plan => new[] { plan.Name, plan.Type }).ToArray();
}
