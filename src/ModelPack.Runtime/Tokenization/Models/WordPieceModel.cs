using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>WordPiece: the longest token that begins the word, then the longest that continues it, and so on; a word that does not come out is unknown as a whole.</summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly UnitTrie _first;
    private readonly UnitTrie _continuing;
    private readonly int _unknownId;
    private readonly int _longestWord;

    private WordPieceModel(Vocabulary vocabulary, int unknownId, string prefix, int longestWord)
    {
        Vocabulary = vocabulary;
        _unknownId = unknownId;
        _longestWord = longestWord;
        _first = new UnitTrie(vocabulary.Count * 2);
        _continuing = new UnitTrie(vocabulary.Count * 2);
        for (int id = 0; id < vocabulary.Limit; id++)
        {
            ReadOnlySpan<char> token = vocabulary[id];
            if (!token.IsEmpty)
            {
                _first.Add(token, id);
            }

            if (token.StartsWith(prefix) && token.Length > prefix.Length)
            {
                _continuing.Add(token[prefix.Length..], id);
            }
        }
    }

    public override Vocabulary Vocabulary { get; }

    public static WordPieceModel Read(in ModelSection section)
    {
        Vocabulary vocabulary = VocabularyReader.ReadObject(section);
        string unknown = section.Fields.OptionalText("unk_token") ?? "[UNK]";
        return vocabulary.TryGetId(unknown, out int unknownId)
            ? new WordPieceModel(
                vocabulary,
                unknownId,
                section.Fields.OptionalText("continuing_subword_prefix") ?? "##",
                section.Fields.Optional("max_input_chars_per_word")?.Number(0, int.MaxValue) ?? 100)
            : throw section.Invalid("model.unk_token", $"'{unknown}' is not in the vocabulary", TokenizerErrors.Contradiction);
    }

    public override void Tokenize(AlignedText text, int start, int end, Workspace workspace, TokenList tokens)
    {
        ReadOnlySpan<char> word = text.Units[start..end];
        List<(int Id, int End)> found = workspace.Found;
        found.Clear();
        if (CodePoints(word) > _longestWord || !TryCut(word, found))
        {
            tokens.Add(_unknownId, text, start, end);
            return;
        }

        int from = 0;
        foreach ((int id, int to) in found)
        {
            tokens.Add(id, text, start + from, start + to);
            from = to;
        }
    }

    private bool TryCut(ReadOnlySpan<char> word, List<(int Id, int End)> found)
    {
        for (int from = 0; from < word.Length; from = found[^1].End)
        {
            UnitTrie trie = from == 0 ? _first : _continuing;
            (int Id, int End) longest = (-1, from);
            int node = UnitTrie.Root;
            for (int at = from; at < word.Length && (node = trie.Step(node, word[at])) >= 0; at++)
            {
                longest = trie.Value(node) is >= 0 and int id ? (id, at + 1) : longest;
            }

            if (longest.Id < 0)
            {
                return false;
            }

            found.Add(longest);
        }

        return true;
    }

    private static int CodePoints(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (Rune _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
