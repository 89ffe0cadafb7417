using ModelPack.Runtime.Tokenization.AddedTokens;

namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>All tokens of a tokenizer: the model's and the added ones. Immutable, shared by threads.</summary>
internal sealed class TokenTable
{
    private readonly Vocabulary _vocabulary;
    private readonly Dictionary<int, AddedToken> _addedById;
    private readonly Dictionary<string, int> _addedByContent;

    public TokenTable(Vocabulary vocabulary, IReadOnlyList<AddedToken> added)
    {
        _vocabulary = vocabulary;
        _addedById = added.ToDictionary(t => t.Id);
        _addedByContent = added.ToDictionary(t => t.Content, t => t.Id);
        Limit = Math.Max(vocabulary.Limit, added.Select(t => t.Id + 1).DefaultIfEmpty(0).Max());
    }

    /// <summary>One more than the largest id.</summary>
    public int Limit { get; }

    public bool Contains(int id) => _vocabulary.Contains(id) || _addedById.ContainsKey(id);

    /// <summary>Whether it is looked for in the text itself.</summary>
    public bool IsAdded(int id) => _addedById.ContainsKey(id);

    public bool IsSpecial(int id) => _addedById.TryGetValue(id, out AddedToken? token) && token.Special;

    /// <summary>The text of a token as the file has it; empty where the id is none's.</summary>
    public ReadOnlySpan<char> Text(int id) => _addedById.TryGetValue(id, out AddedToken? token) ? token.Content : _vocabulary[id];

    /// <summary>The text of a token as decoders get it.</summary>
    /// <param name="id">The token.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="text">Its text.</param>
    /// <returns>Whether it counts.</returns>
    public bool TryGetDecoded(int id, bool skipSpecialTokens, out ReadOnlySpan<char> text)
    {
        if (_addedById.TryGetValue(id, out AddedToken? token))
        {
            text = token.Match;
            return !(skipSpecialTokens && token.IsSkipped);
        }

        text = _vocabulary[id];
        return _vocabulary.Contains(id);
    }

    public int? Find(string token) =>
        _addedByContent.TryGetValue(token, out int id) || _vocabulary.TryGetId(token, out id) ? id : null;
}
