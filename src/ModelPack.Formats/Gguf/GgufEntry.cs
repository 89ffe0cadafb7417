namespace ModelPack.Formats.Gguf;

/// <summary>One tensor of a header. Shape has the outermost dimension first; Offset counts from the start of the data.</summary>
internal sealed record GgufEntry(string Name, GgufTensorType Type, long[] Shape, long ElementCount, long Offset, long ByteLength);
