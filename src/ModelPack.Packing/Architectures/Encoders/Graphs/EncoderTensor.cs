namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>An initializer of an encoder graph, float32 in the data file.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Dims">Shape.</param>
/// <param name="Weights">Their rows end to end; transposed, their columns side by side. Empty for a constant.</param>
/// <param name="Transposed">Stored as [inputs, outputs], as MatMul takes a matrix.</param>
/// <param name="Constant">Makes the values of a constant; null otherwise.</param>
internal sealed record EncoderTensor(string Name, IReadOnlyList<long> Dims, IReadOnlyList<DecoderWeight> Weights, bool Transposed, Func<float[]>? Constant = null);
