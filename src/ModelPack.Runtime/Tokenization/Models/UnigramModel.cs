using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>
/// Unigram: of all ways to cut a text into pieces, the one whose scores have the largest sum (Viterbi, first come on a tie). Files that were made from a
/// SentencePiece model say two things more, so that ids are that library's: "hidden" has pieces that no text becomes, and "precision": "single" lets
/// sums be rounded to float32, which decides ties.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>How much worse than the worst piece an unknown character is.</summary>
    private const double UnknownPenalty = 10;

    private static readonly Dictionary<string, bool> Precisions = new() { ["single"] = true, ["double"] = false };

    private readonly double[] _scores;
    private readonly UnitTrie _pieces;
    private readonly int _unknownId;
    private readonly double _unknownScore;
    private readonly int[]? _byteIds;
    private readonly bool _single;

    private UnigramModel(Vocabulary vocabulary, double[] scores, int unknownId, bool byteFallback, HashSet<int> hidden, bool single)
    {
        Vocabulary = vocabulary;
        _scores = scores;
        _unknownId = unknownId;
        _unknownScore = scores.Min() - UnknownPenalty;
        _byteIds = byteFallback ? ByteTokens.Find(vocabulary) : null;
        _pieces = new UnitTrie(vocabulary.Count * 3);
        _single = single;
        for (int id = 0; id < vocabulary.Limit; id++)
        {
            if (!hidden.Contains(id))
            {
                _pieces.Add(vocabulary[id], id);
            }
        }
    }

    public override Vocabulary Vocabulary { get; }

    public static UnigramModel Read(in ModelSection section)
    {
        Vocabulary vocabulary = ScoredVocabularyReader.Read(section, out double[] scores);
        int unknownId = section.Fields.Optional("unk_id")?.Number(0, int.MaxValue) ?? -1;
        HashSet<int> hidden = [.. section.Fields.Optional("hidden")?.Items().Select(id => id.Number(0, int.MaxValue)) ?? []];
        bool single = section.Fields.Optional("precision")?.Choice(Precisions) ?? false;
        return unknownId < vocabulary.Count
            ? new UnigramModel(vocabulary, scores, unknownId, section.Fields.OptionalFlag("byte_fallback", false), hidden, single)
            : throw section.Invalid("model.unk_id", $"is {unknownId}, and the vocabulary has {vocabulary.Count} pieces", TokenizerErrors.Contradiction);
    }

    public override void Tokenize(AlignedText text, int start, int end, Workspace workspace, TokenList tokens)
    {
        ReadOnlySpan<char> word = text.Units[start..end];
        PathStep[] path = FindPath(word, workspace);
        List<(int Id, int End)> found = workspace.Found;
        found.Clear();

        // From the end to the start; neighbouring unknown characters make one stretch.
        for (int to = word.Length; to > 0; to = path[to].Start)
        {
            if (path[to].Id != _unknownId || found.Count == 0 || found[^1].Id != _unknownId)
            {
                found.Add((path[to].Id, to));
            }
        }

        int from = 0;
        for (int i = found.Count - 1; i >= 0; i--)
        {
            Add(found[i].Id, text, start + from, start + found[i].End, tokens);
            from = found[i].End;
        }
    }

    /// <summary>For each place of the text the last piece of the best way there.</summary>
    private PathStep[] FindPath(ReadOnlySpan<char> word, Workspace workspace)
    {
        PathStep[] path = workspace.Path(word.Length + 1);
        path.AsSpan(0, word.Length + 1).Fill(new PathStep(-1, -1, 0));
        for (int from = 0; from < word.Length;)
        {
            int units = char.IsHighSurrogate(word[from]) && from + 1 < word.Length ? 2 : 1;
            double score = path[from].Score;
            bool single = false;
            int node = UnitTrie.Root;
            for (int at = from; at < word.Length && (node = _pieces.Step(node, word[at])) >= 0; at++)
            {
                if (_pieces.Value(node) is >= 0 and int id)
                {
                    Offer(path, at + 1, from, id, score + _scores[id]);
                    single |= at + 1 - from == units;
                }
            }

            if (!single && Offer(path, from + units, from, _unknownId, score + _unknownScore) && _unknownId < 0)
            {
                throw UnknownText.Error(word.Slice(from, units));
            }

            from += units;
        }

        return path;
    }

    private bool Offer(PathStep[] path, int end, int start, int id, double score)
    {
        score = _single ? (float)score : score;
        bool better = path[end].Start < 0 || score > path[end].Score;
        path[end] = better ? new PathStep(start, id, score) : path[end];
        return better;
    }

    private void Add(int id, AlignedText text, int start, int end, TokenList tokens)
    {
        // A stretch of unknown characters may be a piece after all: then the path went another way for its score.
        ReadOnlySpan<char> stretch = text.Units[start..end];
        if (id != _unknownId || Vocabulary.TryGetId(stretch, out id))
        {
            tokens.Add(id, text, start, end);
        }
        else if (_byteIds is null || !ByteTokens.TryAdd(_byteIds, stretch, text, start, end, tokens))
        {
            tokens.Add(_unknownId, text, start, end);
        }
    }
}
