namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>What a piece of a SentencePiece model is for (sentencepiece_model.proto, SentencePiece.Type).</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,

    /// <summary>Never made from text, such as the token that begins a text.</summary>
    Control = 3,

    /// <summary>Always one piece where the text has it.</summary>
    UserDefined = 4,

    /// <summary>Never made from text, though it has a score.</summary>
    Unused = 5,

    /// <summary>One byte of what has no piece.</summary>
    Byte = 6,
}
