using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>The token lists of an encoding while post-processors work on them: one a text at first, in any number later. The lists are reused.</summary>
internal sealed class EncodedParts
{
    private readonly Stack<TokenList> _spare = new();
    private List<TokenList> _parts = [];
    private List<TokenList> _next = [];
    private bool _tracks;

    public List<TokenList> Parts => _parts;

    /// <summary>All tokens of the tokenizer.</summary>
    public TokenTable Tokens { get; private set; } = null!;

    public void Reset(TokenTable tokens, bool tracks)
    {
        Tokens = tokens;
        _tracks = tracks;
        Recycle(_parts);
    }

    /// <summary>Adds an empty list.</summary>
    public TokenList Add()
    {
        TokenList list = Rent();
        _parts.Add(list);
        return list;
    }

    /// <summary>Adds an empty list to those that <see cref="Replace"/> puts in place.</summary>
    public TokenList AddNext()
    {
        TokenList list = Rent();
        _next.Add(list);
        return list;
    }

    /// <summary>The lists added by <see cref="AddNext"/> take the place of the present ones.</summary>
    public void Replace()
    {
        (_parts, _next) = (_next, _parts);
        Recycle(_next);
    }

    private TokenList Rent()
    {
        TokenList list = _spare.Count > 0 ? _spare.Pop() : new TokenList();
        list.Reset(_tracks);
        return list;
    }

    private void Recycle(List<TokenList> lists)
    {
        foreach (TokenList list in lists)
        {
            _spare.Push(list);
        }

        lists.Clear();
    }
}
