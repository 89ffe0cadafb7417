namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>What became of one operator. Immutable.</summary>
/// <param name="Name">The node's name, with the nodes around it that hold graphs.</param>
/// <param name="Type">Its operator, such as MatMul.</param>
/// <param name="Weight">The value that its weight has in the file.</param>
/// <param name="Form">The operator that took its place; null: it stays float.</param>
/// <param name="Reason">Why it stays float; empty when it does not.</param>
/// <param name="Error">Root mean square of the difference to the float operator on the same inputs, relative to its output; null: not measured.</param>
internal sealed record OperatorOutcome(string Name, string Type, string Weight, string? Form, string Reason, double? Error)
{
    /// <summary>What its weights became; null where they stay.</summary>
    public QuantizedWeight? Stored { get; init; }
}
