namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>What a tokenizer.model says. The defaults are those of sentencepiece_model.proto.</summary>
internal sealed record PieceModel
{
    /// <summary>Pieces by id.</summary>
    public IReadOnlyList<Piece> Pieces { get; init; } = [];

    /// <summary>1: unigram, 2: BPE, 3: words, 4: characters.</summary>
    public int ModelType { get; init; } = 1;

    /// <summary>Characters without a piece become the pieces of their bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Words end with a mark, instead of beginning with one.</summary>
    public bool SpaceIsSuffix { get; init; }

    /// <summary>Id of the piece that begins a text, or below 0.</summary>
    public int Bos { get; init; } = 1;

    /// <summary>Id of the piece that ends a text, or below 0.</summary>
    public int Eos { get; init; } = 2;

    /// <summary>Compiled table of replacements; may be empty.</summary>
    public byte[] Charsmap { get; init; } = [];

    /// <summary>A text begins as after a space.</summary>
    public bool AddsSpace { get; init; } = true;

    /// <summary>No spaces at the ends, one between words.</summary>
    public bool TrimsSpaces { get; init; } = true;

    /// <summary>Spaces become marks.</summary>
    public bool MarksSpaces { get; init; } = true;

    /// <summary>Id of the piece for what has none.</summary>
    public int Unknown { get; init; }

    public bool HasBytes => ByteFallback && Pieces.Any(piece => piece.Kind == PieceKind.Byte);
}
