using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>
/// Where SentencePiece-style text can be cut before merging without changing the result: in front of a mark, behind a unit that no token has in front of
/// one. A merge across such a place would make a token that holds both, so each side merges as if the other were not there. Files without a
/// pre-tokenizer hand over whole texts; cut, their words can be remembered, and no heap grows with the text.
/// </summary>
internal sealed class WordBoundaries
{
    private const char Mark = '\u2581';

    private readonly HashSet<char> _joined;

    private WordBoundaries(HashSet<char> joined) => _joined = joined;

    /// <summary>The places of a vocabulary; null where marks are no token, because unknown stretches might then go across.</summary>
    public static WordBoundaries? Of(Vocabulary vocabulary)
    {
        if (!vocabulary.TryGetId([Mark], out _))
        {
            return null;
        }

        var joined = new HashSet<char>();
        for (int id = 0; id < vocabulary.Limit; id++)
        {
            ReadOnlySpan<char> token = vocabulary[id];
            for (int at = 1; at < token.Length; at++)
            {
                if (token[at] == Mark && token[at - 1] != Mark)
                {
                    joined.Add(token[at - 1]);
                }
            }
        }

        return new WordBoundaries(joined);
    }

    /// <summary>The first place to cut, or 0 where there is none.</summary>
    public int Next(ReadOnlySpan<char> text)
    {
        for (int at = 1; at < text.Length; at++)
        {
            int mark = text[at..].IndexOf(Mark);
            if (mark < 0)
            {
                return 0;
            }

            at += mark;
            if (text[at - 1] != Mark && (_joined.Count == 0 || !_joined.Contains(text[at - 1])))
            {
                return at;
            }
        }

        return 0;
    }
}
