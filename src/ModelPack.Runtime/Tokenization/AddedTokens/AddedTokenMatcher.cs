using System.Buffers;
using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.AddedTokens;

/// <summary>Finds added tokens in a text: the leftmost, and of those the longest. Immutable, shared by threads.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly UnitTrie _trie = new(1024);
    private readonly List<AddedToken> _tokens = [];
    private readonly SearchValues<char> _firstUnits;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        var firstUnits = new HashSet<char>();
        foreach (AddedToken token in tokens.Where(t => t.Match.Length > 0))
        {
            firstUnits.Add(token.Match[0]);
            _trie.Add(token.Match, _tokens.Count);
            _tokens.Add(token);
        }

        _firstUnits = SearchValues.Create([.. firstUnits]);
        IsEmpty = firstUnits.Count == 0;
    }

    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsEmpty { get; }

    /// <summary>
    /// The next token from <paramref name="from"/> on. A candidate that single_word forbids is passed over whole.
    /// </summary>
    /// <param name="text">All of the text.</param>
    /// <param name="from">Where to look; afterwards behind what was found, without the white space that it took.</param>
    /// <param name="covered">White space before this place is not taken.</param>
    /// <param name="token">The token.</param>
    /// <param name="start">Where its stretch begins, with white space that it takes.</param>
    /// <param name="end">Where its stretch ends.</param>
    public bool TryFind(ReadOnlySpan<char> text, ref int from, int covered, out AddedToken token, out int start, out int end)
    {
        while (TryFindNext(text, from, out token, out start, out end))
        {
            from = end;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                continue;
            }

            start = token.LeftStrip ? Math.Max(TrimEnd(text[..start]), covered) : start;
            end += token.RightStrip ? LeadingSpace(text[end..]) : 0;
            return true;
        }

        return false;
    }

    private bool TryFindNext(ReadOnlySpan<char> text, int from, out AddedToken token, out int start, out int end)
    {
        for (start = from; start < text.Length; start++)
        {
            int skip = text[start..].IndexOfAny(_firstUnits);
            if (skip < 0)
            {
                break;
            }

            start += skip;
            if (LongestAt(text[start..], out int length) is { } found)
            {
                token = found;
                end = start + length;
                return true;
            }
        }

        token = null!;
        start = end = text.Length;
        return false;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text, out int length)
    {
        AddedToken? longest = null;
        length = 0;
        int node = UnitTrie.Root;
        for (int i = 0; i < text.Length && (node = _trie.Step(node, text[i])) >= 0; i++)
        {
            if (_trie.Value(node) is >= 0 and int index)
            {
                longest = _tokens[index];
                length = i + 1;
            }
        }

        return longest;
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && UnicodeSets.WordOrJoiner.Contains(rune.Value);

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && UnicodeSets.WordOrJoiner.Contains(rune.Value);

    private static int TrimEnd(ReadOnlySpan<char> text)
    {
        int length = text.Length;
        while (length > 0 && UnicodeSets.Space.Contains(text[length - 1]))
        {
            length--;
        }

        return length;
    }

    private static int LeadingSpace(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && UnicodeSets.Space.Contains(text[length]))
        {
            length++;
        }

        return length;
    }
}
