namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>An operator with weights that stays as it is.</summary>
/// <param name="Name">Its name, behind the path of its graph.</param>
/// <param name="Type">The operator.</param>
/// <param name="Weight">Name of its largest constant.</param>
/// <param name="Reason">Why it stays.</param>
internal sealed record FloatOperator(string Name, string Type, string Weight, string Reason);
