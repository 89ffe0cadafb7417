namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>What stands behind the encoder in a checkpoint that classifies whole texts.</summary>
/// <param name="Dense">Module of a layer over the first position's state, as wide as the state; null: the family's pooler is that layer.</param>
/// <param name="Activation">What follows that layer.</param>
/// <param name="Output">Module of the layer that gives the logits.</param>
internal sealed record ClassifierStyle(string? Dense, PoolerActivation Activation, string Output);
