using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>The text in work and its pieces, in order. Pre-tokenizers cut pieces into smaller ones or write the text anew.</summary>
internal sealed class PieceBuffer
{
    private AlignedText _text = new();
    private AlignedText _newText = new();
    private List<Piece> _pieces = [];
    private List<Piece> _newPieces = [];

    public AlignedText Text => _text;

    public ReadOnlySpan<Piece> Pieces => CollectionsMarshal.AsSpan(_pieces);

    public ReadOnlySpan<char> UnitsOf(in Piece piece) => _text.Units.Slice(piece.Start, piece.Length);

    public void Reset(bool tracks)
    {
        _text.Reset(tracks);
        _pieces.Clear();
    }

    /// <summary>Appends a stretch of the original text as a piece; an empty one only where it is all there is.</summary>
    public void AddOriginal(ReadOnlySpan<char> text, int offset, int tokenId)
    {
        _pieces.Add(new Piece(_text.Length, text.Length, tokenId));
        _text.AppendOriginal(text, offset);
    }

    /// <summary>Appends a stretch of a normalized text as a piece.</summary>
    public void AddFrom(AlignedText source, int start, int length, int tokenId)
    {
        _pieces.Add(new Piece(_text.Length, length, tokenId));
        _text.AppendFrom(source, start, length);
    }

    /// <summary>Begins a new list of pieces over the same text; <see cref="Keep"/> fills it, <see cref="EndCut"/> puts it in place.</summary>
    public void BeginCut() => _newPieces.Clear();

    /// <summary>Adds a piece to the new list; an empty one is left out.</summary>
    public void Keep(int start, int length, int tokenId = -1)
    {
        if (length > 0)
        {
            _newPieces.Add(new Piece(start, length, tokenId));
        }
    }

    public void EndCut() => (_pieces, _newPieces) = (_newPieces, _pieces);

    /// <summary>
    /// Writes the text anew, piece by piece: each is handed over with the old and the new text, and what it appends to the new one
    /// becomes the piece. Added tokens are copied.
    /// </summary>
    public void Rewrite(Action<AlignedText, Piece, AlignedText> write)
    {
        _newText.Reset(_text.Tracks);
        _newPieces.Clear();
        foreach (Piece piece in Pieces)
        {
            int start = _newText.Length;
            if (piece.IsText)
            {
                write(_text, piece, _newText);
            }
            else
            {
                _newText.AppendFrom(_text, piece.Start, piece.Length);
            }

            _newPieces.Add(new Piece(start, _newText.Length - start, piece.TokenId));
        }

        (_text, _newText) = (_newText, _text);
        EndCut();
    }
}
