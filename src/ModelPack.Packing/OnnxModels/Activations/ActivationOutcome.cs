namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>A model with 8-bit weights and activations, and what became of each operator that could have them.</summary>
/// <param name="Model">The changed model. The caller disposes it.</param>
/// <param name="Operators">Every operator with weights, in graph order.</param>
/// <param name="Changes">What else was changed, in words.</param>
/// <param name="Agreement">The model's outputs against the float model's.</param>
internal sealed record ActivationOutcome(OnnxModel Model, IReadOnlyList<OperatorOutcome> Operators, OutputAgreement Agreement, IReadOnlyList<string> Changes);
