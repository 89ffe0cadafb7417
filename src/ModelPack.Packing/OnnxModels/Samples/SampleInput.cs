namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>One set of values for a model's inputs, by input name. Immutable, thread-safe.</summary>
/// <param name="Name">Where it comes from, for messages: a file name, or a number.</param>
/// <param name="Tensors">Values by input name.</param>
public sealed record SampleInput(string Name, IReadOnlyDictionary<string, SampleTensor> Tensors);
