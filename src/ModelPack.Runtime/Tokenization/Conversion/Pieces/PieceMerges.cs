namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>
/// Merges that give SentencePiece's choice of pieces: each piece is made of every pair of pieces that it can be cut into, the pieces of higher score
/// first. The order among equal scores is that of Hugging Face's conversion, so that files come out alike. Pure.
/// </summary>
internal static class PieceMerges
{
    /// <summary>The merges in order.</summary>
    /// <param name="pieces">Pieces and their scores in the order of ids; other tokens are left out.</param>
    public static IReadOnlyList<(string Left, string Right)> Of(IReadOnlyList<(string Text, float Score)> pieces)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < pieces.Count; i++)
        {
            ids.TryAdd(pieces[i].Text, i);
        }

        var merges = new List<Merge>();
        foreach ((string text, float score) in pieces)
        {
            foreach ((string left, string right) in Cuts(text))
            {
                if (ids.TryGetValue(left, out int leftId) && ids.TryGetValue(right, out int rightId))
                {
                    merges.Add(new Merge(left, right, score, leftId, rightId, ids[text]));
                }
            }
        }

        return
        [
            .. merges
                .OrderByDescending(merge => merge.Score)
                .ThenByDescending(merge => Length(merge.Left))
                .ThenByDescending(merge => Length(merge.Right))
                .ThenBy(merge => merge.Piece)
                .ThenBy(merge => merge.LeftId)
                .ThenBy(merge => merge.RightId)
                .Select(merge => (merge.Left, merge.Right)),
        ];
    }

    private static IEnumerable<(string Left, string Right)> Cuts(string text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (!char.IsLowSurrogate(text[i]))
            {
                yield return (text[..i], text[i..]);
            }
        }
    }

    private static int Length(string text) => text.EnumerateRunes().Count();

    private readonly record struct Merge(string Left, string Right, float Score, int LeftId, int RightId, int Piece);
}
