namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>A stretch of the text in work: an added token that was found in it, or text that the model will cut into tokens.</summary>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="Length">UTF-16 units.</param>
/// <param name="TokenId">The added token, or -1 for text.</param>
internal readonly record struct Piece(int Start, int Length, int TokenId)
{
    public bool IsText => TokenId < 0;

    public int End => Start + Length;
}
