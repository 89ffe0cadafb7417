using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits each piece at the matches that a subclass finds in it.</summary>
internal abstract class SplittingPreTokenizer(SplitBehavior behavior, bool invert) : PreTokenizer
{
    public static readonly IReadOnlyDictionary<string, SplitBehavior> Behaviors =
        Enum.GetValues<SplitBehavior>().ToDictionary(b => b.ToString());

    public override void Apply(Workspace workspace)
    {
        PieceBuffer pieces = workspace.Pieces;
        MatchList matches = workspace.Matches;
        pieces.BeginCut();
        foreach (Piece piece in pieces.Pieces)
        {
            if (!piece.IsText)
            {
                pieces.Keep(piece.Start, piece.Length, piece.TokenId);
                continue;
            }

            ReadOnlySpan<char> text = pieces.UnitsOf(piece);
            matches.Reset();
            FindMatches(text, workspace, matches);
            matches.Finish(text.Length);
            Cut(matches.Stretches, piece.Start, pieces);
        }

        pieces.EndCut();
    }

    /// <summary>Adds the matches in a piece's text, in order.</summary>
    protected abstract void FindMatches(ReadOnlySpan<char> text, Workspace workspace, MatchList matches);

    private void Cut(ReadOnlySpan<Stretch> stretches, int offset, PieceBuffer pieces)
    {
        switch (behavior)
        {
            case SplitBehavior.Removed:
                foreach (Stretch stretch in stretches)
                {
                    if (stretch.IsMatch == invert)
                    {
                        Keep(pieces, offset, stretch.Start, stretch.End);
                    }
                }

                break;
            case SplitBehavior.Isolated:
                foreach (Stretch stretch in stretches)
                {
                    Keep(pieces, offset, stretch.Start, stretch.End);
                }

                break;
            default:
                CutJoined(stretches, offset, pieces);
                break;
        }
    }

    /// <summary>The behaviours that join neighbours: a piece ends before each stretch that does not join the one before it.</summary>
    private void CutJoined(ReadOnlySpan<Stretch> stretches, int offset, PieceBuffer pieces)
    {
        int start = 0;
        for (int i = 1; i <= stretches.Length; i++)
        {
            if (i == stretches.Length || !JoinsPrevious(stretches, i))
            {
                Keep(pieces, offset, stretches[start].Start, stretches[i - 1].End);
                start = i;
            }
        }
    }

    private bool JoinsPrevious(ReadOnlySpan<Stretch> stretches, int i)
    {
        bool match = stretches[i].IsMatch != invert;
        bool before = stretches[i - 1].IsMatch != invert;
        return behavior switch
        {
            SplitBehavior.Contiguous => match == before,
            SplitBehavior.MergedWithPrevious => match && !before,
            _ => before && !match,
        };
    }

    private static void Keep(PieceBuffer pieces, int offset, int start, int end) => pieces.Keep(offset + start, end - start);
}
