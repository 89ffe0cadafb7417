namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>Special tokens as a model's configuration has them.</summary>
/// <param name="Begin">Begins a text.</param>
/// <param name="Ends">Each ends a text; may be empty.</param>
/// <param name="Padding">Fills up.</param>
internal sealed record TokenIds(int? Begin, IReadOnlyList<int> Ends, int? Padding);
