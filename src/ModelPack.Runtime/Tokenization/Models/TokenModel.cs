using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>Cuts one piece of text into tokens of a vocabulary. Immutable, shared by threads.</summary>
internal abstract class TokenModel
{
    public abstract Vocabulary Vocabulary { get; }

    /// <summary>Appends the tokens of the units [<paramref name="start"/>, <paramref name="end"/>) of the text.</summary>
    public abstract void Tokenize(AlignedText text, int start, int end, Workspace workspace, TokenList tokens);
}
