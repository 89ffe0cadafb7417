namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>A piece of a SentencePiece model; its id is its place.</summary>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);
