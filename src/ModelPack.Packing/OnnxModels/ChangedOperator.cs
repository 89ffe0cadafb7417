namespace ModelPack.Packing.OnnxModels;

/// <summary>What happened to one operator.</summary>
/// <param name="Name">Its name, behind the path of its graph.</param>
/// <param name="Type">The operator that it was.</param>
/// <param name="Weight">Name of its weight; empty where it has none.</param>
/// <param name="Became">The operator that it became; null: it stayed.</param>
/// <param name="Reason">Why it stayed; null where it did not.</param>
internal sealed record ChangedOperator(string Name, string Type, string Weight, string? Became, string? Reason)
{
    /// <summary>Root mean square of the difference to the float operator on the same inputs, relative to its output; null where it was not measured.</summary>
    public double? Error { get; init; }
}
