namespace ModelPack.Packing.Manifests;

/// <summary>What happened to an operator of an ONNX model that has weights.</summary>
/// <param name="Name">Its name, behind the path of its graph.</param>
/// <param name="Type">The operator that it was.</param>
/// <param name="Weight">Name of its weight; empty where it has none.</param>
/// <param name="Became">The operators that stand in its place; null: it stayed.</param>
/// <param name="Reason">Why it stayed; null where it did not.</param>
public sealed record ManifestOperator(string Name, string Type, string Weight, string? Became, string? Reason)
{
    /// <summary>With activations in 8 bits: norm of the difference to the float operator on the same inputs by the norm of its output, also where it stayed because of that; null where it was not measured.</summary>
    public double? Error { get; init; }
}
