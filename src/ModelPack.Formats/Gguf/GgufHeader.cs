namespace ModelPack.Formats.Gguf;

/// <summary>A header that has passed every check: the tensors follow each other in the data, padded to the alignment, and end within the file.</summary>
internal sealed record GgufHeader(uint Version, IReadOnlyDictionary<string, GgufValue> Metadata, IReadOnlyList<GgufEntry> Entries, int Alignment, long DataStart);
