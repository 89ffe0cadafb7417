using System.Runtime.InteropServices;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization;

/// <summary>The tokens of a text, or of a pair of texts, and what is known of them. All lists have one entry a token. Immutable.</summary>
public sealed class TokenizedText
{
    private readonly TokenDetail[] _details;

    internal TokenizedText(TokenList list, TokenTable tokens)
    {
        Ids = [.. CollectionsMarshal.AsSpan(list.Ids)];
        _details = [.. CollectionsMarshal.AsSpan(list.Details)];
        Tokens = [.. list.Ids.Select(id => tokens.Text(id).ToString())];
        Overflowing = [.. list.Overflow.Select(window => new TokenizedText(window, tokens))];
    }

    /// <summary>Ids.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The tokens as they stand in the file.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>
    /// The stretch of its own text, in UTF-16 units, that each token came from; empty at 0 for tokens that were put in. Tokens that share
    /// a character each have all of it.
    /// </summary>
    public IReadOnlyList<TextRange> Offsets => Array.ConvertAll(_details, d => d.Range);

    /// <summary>0 for the first text, 1 for the second, or what the post-processor says.</summary>
    public IReadOnlyList<int> TypeIds => Array.ConvertAll(_details, d => d.TypeId);

    /// <summary>1 for tokens that the post-processor or padding put in.</summary>
    public IReadOnlyList<int> SpecialTokensMask => Array.ConvertAll(_details, d => d.Special ? 1 : 0);

    /// <summary>0 for padding, 1 for all else.</summary>
    public IReadOnlyList<int> AttentionMask => Array.ConvertAll(_details, d => d.Attended ? 1 : 0);

    /// <summary>What the file's truncation cut off, in windows that are laid out and padded like the text itself.</summary>
    public IReadOnlyList<TokenizedText> Overflowing { get; }
}
