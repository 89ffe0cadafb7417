namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>Kinds of tokens; the numbers are those of <c>tokenizer.ggml.token_type</c>.</summary>
internal enum TokenKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
